import type { CallOptions, JobsClient } from '../databricks/jobs.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { parseJson, stringifyJson } from '../json.ts';
import { makeRequest } from './make-request.ts';

/** A repair that is ready to be sent; `latestRepairId` is to be noted before. */
export interface PreparedRepair {
  latestRepairId: string | null;
  /** Answers the repair's id. */
  send: () => Promise<string>;
}

/**
 * Makes a repair of a Databricks run ready. The API has no idempotency token here, but it refuses a repair whose
 * `latest_repair_id` is not the latest, so that a lost answer cannot make a second repair: a run that has gained a
 * repair since the one that was noted before sending has got the one that was asked for. Repairs that others made
 * before that are what this one begins from. `mayBeSent`: the row says that this one may have been sent.
 */
export async function prepareRepair(
  jobs: JobsClient,
  record: RunRecord,
  { runId, repair, mayBeSent, call }: { runId: string; repair: string; mayBeSent: boolean; call: CallOptions },
): Promise<PreparedRepair> {
  const latest = await latestRepair(jobs, runId);
  if (mayBeSent && latest !== null && latest !== record.latestRepairId) {
    return { latestRepairId: record.latestRepairId, send: async () => latest };
  }
  const body = makeRequest(() =>
    stringifyJson({
      ...(parseJson(repair) as Record<string, unknown>),
      run_id: JSON.rawJSON(runId),
      ...(latest === null ? {} : { latest_repair_id: JSON.rawJSON(latest) }),
    }),
  );
  return {
    latestRepairId: latest,
    send: async () => (await jobs.repairRun(body, call)).repairId,
  };
}

async function latestRepair(jobs: JobsClient, runId: string): Promise<string | null> {
  const { repair_history: history } = await jobs.getRun(runId, { includeHistory: true });
  const repairs = history.filter(({ type, id }) => type === 'REPAIR' && id !== undefined);
  const latest = repairs.toSorted((left, right) => (left.start_time ?? 0) - (right.start_time ?? 0)).at(-1);
  return latest?.id ?? null;
}
