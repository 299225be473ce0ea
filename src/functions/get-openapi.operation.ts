import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const getOpenApi: Operation = {
  id: 'GetOpenApi',
  tag: 'Service',
  summary: 'Get the OpenAPI 3.1 document',
  description: 'This document, made of the schemas that requests are parsed with.',
  responses: { 200: { description: 'The document.', body: 'OpenApiDocument' } },
  problems: [],
  connector: 'none',
};
