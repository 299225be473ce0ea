import type { Operation } from '../shared/http/openapi/operation.ts';
import { RUN_ID } from '../shared/http/openapi/parameters.ts';

/** What the documents say of it. */
export const monitorRunRequest: Operation = {
  id: 'GetRunRequest',
  tag: 'Monitor',
  summary: 'Get the request of a run',
  description:
    'Returns the request that a run was made by, so that it can be sent again with changes. What a template runs is not shown.',
  path: { id: RUN_ID },
  responses: { 200: { description: 'The request.', body: 'SentRequest' } },
  problems: ['RUN_NOT_FOUND', 'REQUEST_NOT_KEPT', 'STORAGE_UNAVAILABLE'],
  connector: 'none',
};
