import type { Operation } from '../shared/http/openapi/operation.ts';
import { RUN_ID } from '../shared/http/openapi/parameters.ts';
import { RUN_STORE } from '../shared/http/openapi/problem-groups.ts';

/** What the documents say of it. */
export const getRun: Operation = {
  id: 'GetRun',
  tag: 'Runs',
  summary: 'Get a run',
  description:
    'Reads the run document: where the run stands, and how it ended. With `Prefer: wait=N` the response comes as soon as anything changes.',
  path: { id: RUN_ID },
  headers: ['Prefer'],
  responses: { 200: { description: 'The run document, whatever the outcome.', body: 'RunDocument' } },
  problems: ['RUN_NOT_FOUND', ...RUN_STORE],
  connector: {},
};
