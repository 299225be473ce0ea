import { stringifyJson } from '../json.ts';
import { ProblemError } from './problem.ts';
import { repairBody } from './run-body.ts';
import { parseWith } from './schema-problem.ts';

/**
 * The text of a repair for Databricks, digits kept; without a choice, all failed tasks. `run_id` and
 * `latest_repair_id` are the gateway's to fill. Raises ProblemError 400.
 */
export function parseRepairRequest(body: Record<string, unknown>): string {
  const parsed = parseWith(repairBody, body);
  const chosen = parsed.rerun_tasks != null;
  if (chosen && parsed.rerun_all_failed_tasks === true) {
    const message = 'Give rerun_tasks or rerun_all_failed_tasks, not both.';
    throw new ProblemError(400, 'INVALID_BODY', message, { errors: [{ path: '/rerun_tasks', message }] });
  }
  const { run_id: _run, latest_repair_id: _repair, ...rest } = body;
  return stringifyJson(chosen ? rest : { ...rest, rerun_all_failed_tasks: true });
}
