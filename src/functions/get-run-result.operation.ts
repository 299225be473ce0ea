import type { Operation } from '../shared/http/openapi/operation.ts';
import { FAIL_ON_ERROR, RUN_ID } from '../shared/http/openapi/parameters.ts';
import { RUN_STORE } from '../shared/http/openapi/problem-groups.ts';
import { RUN_ACCEPTED } from '../shared/http/openapi/run-responses.ts';

/** What the documents say of it. */
export const getRunResult: Operation = {
  id: 'GetRunResult',
  tag: 'Runs',
  summary: 'Get the result of a run',
  description:
    'Responds 202 with `Location` and `Retry-After` until the run has ended, and then with the result document. This is the address that `Location` names: what polls it until the status is another than 202 has the result.',
  path: { id: RUN_ID },
  query: { fail_on_error: FAIL_ON_ERROR },
  headers: ['Prefer'],
  responses: {
    200: { description: 'The result document, whatever the outcome.', body: 'ResultDocument' },
    202: { ...RUN_ACCEPTED, description: 'The run has not ended.' },
  },
  problems: ['RUN_NOT_FOUND', 'RUN_UNSUCCESSFUL', ...RUN_STORE],
  connector: {},
};
