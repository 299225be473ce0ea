import type { Operation } from '../shared/http/openapi/operation.ts';
import { RUN_ID } from '../shared/http/openapi/parameters.ts';
import { RUN_STORE } from '../shared/http/openapi/problem-groups.ts';
import { RUN_ACCEPTED } from '../shared/http/openapi/run-responses.ts';

/** What the documents say of it. */
export const notifyRun: Operation = {
  id: 'NotifyAgain',
  tag: 'Runs',
  summary: 'Notify of a run again',
  description:
    'Sends the notifications of the end of a run once more that have not arrived; `notifications` of the run document says how far that is.',
  path: { id: RUN_ID },
  body: { schema: 'NotificationsRequest', isRequired: false, examples: {} },
  responses: { 202: { ...RUN_ACCEPTED, description: 'What has not arrived is sent again.' } },
  problems: ['RUN_NOT_FOUND', 'POLICY_REFUSED', 'RUN_ACTIVE', ...RUN_STORE],
  connector: { visibility: 'advanced' },
};
