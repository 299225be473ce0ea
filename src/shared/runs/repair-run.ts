import type { JobsClient } from '../databricks/jobs.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { parseJson, stringifyJson } from '../json.ts';

/**
 * Repairs a Databricks run; returns the repair's id. The API has no idempotency token here, but it refuses a repair
 * whose `latest_repair_id` is not the latest, so that a lost answer cannot make a second repair: a run that has gained
 * a repair since is the one that was asked for.
 */
export async function repairRun(
  jobs: JobsClient,
  record: RunRecord,
  runId: string,
  repairText: string,
): Promise<string> {
  const gained = await latestRepair(jobs, runId);
  if (gained !== null && gained !== record.latestRepairId) return gained;
  const body = {
    ...(parseJson(repairText) as Record<string, unknown>),
    run_id: JSON.rawJSON(runId),
    ...(record.latestRepairId === null ? {} : { latest_repair_id: JSON.rawJSON(record.latestRepairId) }),
  };
  const { repairId } = await jobs.repairRun(stringifyJson(body));
  return repairId;
}

async function latestRepair(jobs: JobsClient, runId: string): Promise<string | null> {
  const { repair_history: history } = await jobs.getRun(runId, { includeHistory: true });
  const repairs = history.filter(({ type, id }) => type === 'REPAIR' && id !== undefined);
  const latest = repairs.toSorted((left, right) => (left.start_time ?? 0) - (right.start_time ?? 0)).at(-1);
  return latest?.id ?? null;
}
