import type { AppContext } from '../../context.ts';
import { isNotifiedCheckDue } from '../../domain/notified-check.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/** When the list of a workspace's active runs was last read, epoch ms, by workspace. */
export type ListedAtMs = Readonly<Record<string, number>>;

/**
 * Finds runs of whose end Databricks should have notified and has not: one list of what is still active says it of 25
 * runs a call, where each would need calls of its own. Their orchestrations are woken to look. The list is read when
 * the check of one of the runs is due, or when this process is newer than the last list: a notification before it began
 * may have reached no process. Returns when the lists were read, how many runs were woken, and for how many workspaces
 * that failed.
 */
export async function checkNotifiedRuns(
  context: AppContext,
  orchestrations: RunOrchestrations,
  runs: readonly RunRecord[],
  previous: ListedAtMs,
): Promise<{ listedAtMs: ListedAtMs; woken: number; failed: number }> {
  const listedAtMs: Record<string, number> = { ...previous };
  let woken = 0;
  let failed = 0;
  for (const [name, notified] of Map.groupBy(runs, (record) => record.request.workspace)) {
    const nowMs = context.now();
    const lastMs = listedAtMs[name] ?? 0;
    const due = notified.filter((record) => isNotifiedCheckDue(seenAt(record, lastMs), nowMs));
    if (due.length === 0 && lastMs >= context.openedAtMs) continue;
    try {
      const ended = await endedRuns(context, name, notified);
      for (const { instanceId } of ended ?? due) {
        await orchestrations.wake(instanceId, { reason: 'poll' });
        woken++;
      }
      if (ended !== undefined) listedAtMs[name] = nowMs;
    } catch (error) {
      failed++;
      context.log.warn('notified_runs.check_failed', { workspace: name, error });
    }
  }
  return { listedAtMs, woken, failed };
}

function seenAt(record: RunRecord, listedAtMs: number) {
  return {
    submittedAtMs: record.submittedAtMs ?? record.createdAtMs,
    checkedAtMs: Math.max(record.observedAtMs, listedAtMs),
  };
}

/** The runs that Databricks does not list as active, or undefined where the list cannot be read. */
async function endedRuns(
  context: AppContext,
  name: string,
  notified: readonly RunRecord[],
): Promise<RunRecord[] | undefined> {
  const missing = new Map(notified.map((record) => [record.runId, record]));
  try {
    for await (const { run_id: runId } of context.workspace(name).jobs.listRuns({ activeOnly: true })) {
      missing.delete(runId);
      if (missing.size === 0) break;
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context.log.warn('active_runs.list_failed', { workspace: name, error });
    return undefined;
  }
  return [...missing.values()];
}
