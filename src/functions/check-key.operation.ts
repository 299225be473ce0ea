import type { Operation } from '../shared/http/openapi/operation.ts';

/** What the documents say of it. */
export const checkKey: Operation = {
  id: 'CheckKey',
  tag: 'Service',
  summary: 'Check credentials',
  description: 'Lets in whoever may call the gateway, and says nothing else.',
  responses: { 204: { description: 'The credentials can be used.' } },
  problems: [],
  connector: 'none',
};
