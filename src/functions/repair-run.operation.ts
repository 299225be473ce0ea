import type { Operation } from '../shared/http/openapi/operation.ts';
import { RUN_ID } from '../shared/http/openapi/parameters.ts';
import { RUN_STORE } from '../shared/http/openapi/problem-groups.ts';
import { RUN_ACCEPTED } from '../shared/http/openapi/run-responses.ts';

/** What the documents say of it. */
export const repairRun: Operation = {
  id: 'RepairRun',
  tag: 'Runs',
  summary: 'Repair a run',
  description:
    'Runs tasks of a run once more under the same id, as `runs/repair` does: those that are named, or without a choice all that failed. `attempt` grows by one.',
  path: { id: RUN_ID },
  body: { schema: 'RepairRequest', isRequired: false, examples: {} },
  responses: { 202: RUN_ACCEPTED },
  problems: ['RUN_NOT_FOUND', 'POLICY_REFUSED', 'NOT_REPAIRABLE', 'UNACCEPTABLE_RUN', 'UNKNOWN_TASK', ...RUN_STORE],
  connector: { visibility: 'advanced' },
};
