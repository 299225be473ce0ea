import type { RepairRequest } from '../../runs/accept/request-repair.ts';
import { stringifyJson } from '../../json.ts';
import { ProblemError } from '../problem.ts';
import { repairBody } from './run-body.ts';
import { checkTaskCount } from './run-checks.ts';
import { parseWith } from '../schema-problem.ts';

/** It is kept in the run's row. A thousand task keys fit, and parameters of the 10,000 bytes that Databricks takes. */
const MAX_REPAIR_CHARS = 200_000;

/**
 * A repair for Databricks, digits kept; without a choice, of all failed tasks. `run_id` and `latest_repair_id` are the
 * gateway's to fill.
 * @throws {ProblemError} 400, 413 and 422.
 */
export function parseRepairRequest(body: Record<string, unknown>): RepairRequest {
  checkTaskCount(body, 'rerun_tasks');
  const parsed = parseWith(repairBody, body);
  const rerunTasks = parsed.rerun_tasks ?? [];
  const chosen = rerunTasks.length > 0;
  if (chosen && parsed.rerun_all_failed_tasks === true) {
    const message = 'Give rerun_tasks or rerun_all_failed_tasks, not both.';
    throw new ProblemError('INVALID_BODY', message, { errors: [{ path: '/rerun_tasks', message }] });
  }
  const { run_id: _run, latest_repair_id: _repair, ...rest } = body;
  const text = stringifyJson(chosen ? rest : { ...rest, rerun_tasks: undefined, rerun_all_failed_tasks: true });
  if (text.length > MAX_REPAIR_CHARS)
    throw new ProblemError('BODY_TOO_LARGE', `A repair may have ${MAX_REPAIR_CHARS} characters.`);
  return { text, rerunTasks };
}
