import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const getSwagger: Operation = {
  id: 'GetSwagger',
  tag: 'Service',
  summary: 'Get the OpenAPI 2.0 document',
  description:
    'The same in OpenAPI 2.0, the only version that custom connectors of Power Platform and Logic Apps take.',
  responses: { 200: { description: 'The document.', body: 'SwaggerDocument' } },
  problems: [],
  connector: 'none',
};
