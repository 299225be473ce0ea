import type { CallOptions, JobsClient } from '../../databricks/jobs.ts';
import type { Run } from '../../databricks/schemas.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { parseJson, stringifyJson } from '../../json.ts';
import { makeRequest } from './make-request.ts';

/** A repair that is ready to be sent; `latestRepairId` is to be noted before. */
export interface PreparedRepair {
  latestRepairId: string | null;
  /** Returns the repair's id. */
  send: () => Promise<string>;
}

/**
 * Makes a repair of a Databricks run ready. The API has no idempotency token here, but it refuses a repair whose
 * `latest_repair_id` is not the latest, so that a lost response cannot make a second repair: a run that has gained a
 * repair since the one that was noted before sending has got the one that was asked for. Repairs that others made
 * before that are what this one begins from. `mayBeSent`: the row says that this one may have been sent.
 */
export async function prepareRepair(
  jobs: JobsClient,
  record: RunRecord,
  { runId, repair, mayBeSent, call }: { runId: string; repair: string; mayBeSent: boolean; call: CallOptions },
): Promise<PreparedRepair> {
  const run = await jobs.getRun(runId, { includeHistory: true, trace: call.trace });
  const latest = latestRepair(run);
  if (mayBeSent && latest !== null && latest !== record.latestRepairId) {
    return { latestRepairId: record.latestRepairId, send: async () => latest };
  }
  const body = makeRequest(() =>
    stringifyJson({
      ...withKeysOfDatabricks(parseJson(repair) as Record<string, unknown>, run, record.request.shorthandTaskKey),
      run_id: JSON.rawJSON(runId),
      ...(latest === null ? {} : { latest_repair_id: JSON.rawJSON(latest) }),
    }),
  );
  return {
    latestRepairId: latest,
    send: async () => (await jobs.repairRun(body, call)).repairId,
  };
}

/** Databricks has a key of its own for the task of a run in the single-task shorthand. */
function withKeysOfDatabricks(
  body: Record<string, unknown>,
  { tasks: [task] }: Run,
  shorthandTaskKey: string | undefined,
): Record<string, unknown> {
  if (shorthandTaskKey === undefined || task?.task_key === undefined || body['rerun_tasks'] === undefined) return body;
  return { ...body, rerun_tasks: [task.task_key] };
}

function latestRepair({ repair_history: history }: Run): string | null {
  const repairs = history.filter(({ type, id }) => type === 'REPAIR' && id !== undefined);
  const latest = repairs.toSorted((left, right) => (left.start_time ?? 0) - (right.start_time ?? 0)).at(-1);
  return latest?.id ?? null;
}
