import * as z from 'zod';
import type { Operation } from '../shared/http/openapi/operation.ts';
import { RUN_ID } from '../shared/http/openapi/parameters.ts';
import { RUN_STORE } from '../shared/http/openapi/problem-groups.ts';
import { RUN_ACCEPTED } from '../shared/http/openapi/run-responses.ts';

/** What the documents say of it. */
export const deleteRun: Operation = {
  id: 'CancelRun',
  tag: 'Runs',
  summary: 'Cancel a run',
  description:
    'Cancels a run, queued or at work, and says so at once. It may be sent again; a run that succeeds before the cancellation arrives has succeeded.',
  path: { id: RUN_ID },
  query: {
    idempotency_key: {
      title: 'Idempotency Key',
      description:
        'With `-` as the id: the run that the caller submitted with this key, for those who have not seen the response.',
      schema: z.string().min(1).max(255),
    },
  },
  responses: {
    200: { description: 'The run had ended already.', body: 'RunDocument' },
    202: { ...RUN_ACCEPTED, description: 'The run is being stopped; its status is `canceling`.' },
  },
  problems: ['RUN_NOT_FOUND', 'POLICY_REFUSED', ...RUN_STORE],
  connector: {},
};
