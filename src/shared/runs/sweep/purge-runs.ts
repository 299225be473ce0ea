import type { AppContext } from '../../context.ts';
import type { EndedEntry, HistoryEntry } from '../../ledger/run-index.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/** At 100,000 runs a day, 350 come due in five minutes; the rest catches up after an outage. */
const MAX_HISTORIES_PER_SWEEP = 2_000;
const MAX_PURGED_PER_SWEEP = 1_000;

const PURGED_AT_ONCE = 16;

/** An orchestration that still has receivers to notify is checked again then. */
const HISTORY_AGAIN_MS = 30 * 60_000;

const DAY_MS = 86_400_000;

/** Notifying takes two hours at most; whatever is still there a day after the run was closed does nothing any more. */
const LEFT_OVER_MS = DAY_MS;

/** Runs one step for one of many runs; what fails for one does not keep the others waiting. */
export type IsolatedStep = (id: string, step: () => Promise<void>) => Promise<void>;

/**
 * Deletes the histories of orchestrations that have ended with their run closed: nothing reads them any more. One that
 * still notifies keeps its history, and its run. Returns how many were deleted.
 */
export async function purgeHistories(
  context: AppContext,
  orchestrations: RunOrchestrations,
  isolated: IsolatedStep,
): Promise<number> {
  let purged = 0;
  await forEachOf(context.runIndex.historiesDue(context.now()), MAX_HISTORIES_PER_SWEEP, async (entry) => {
    await isolated(entry.key.id, async () => {
      if (await purgeHistory(context, orchestrations, entry)) purged++;
    });
  });
  return purged;
}

async function purgeHistory(
  context: AppContext,
  orchestrations: RunOrchestrations,
  entry: HistoryEntry,
): Promise<boolean> {
  const { key, instanceId, closedAtMs } = entry;
  if ((await orchestrations.status(instanceId)) === 'active') {
    if (context.now() - closedAtMs > LEFT_OVER_MS) await orchestrations.terminate(instanceId, 'left-over');
    await context.runIndex.postponeHistory(entry, context.now() + HISTORY_AGAIN_MS);
    return false;
  }
  await orchestrations.purge(instanceId);
  const record = (await context.ledger.get(key))?.record;
  // A run that is followed by another orchestration has not seen its last.
  await context.runIndex.historyGone(entry, record?.status === 'completed' && record.instanceId === instanceId);
  return true;
}

/** Deletes runs that were closed before the retention, and of which nothing is at work. Returns how many. */
export async function purgeRuns(context: AppContext, isolated: IsolatedStep): Promise<number> {
  let purged = 0;
  const closedBeforeMs = context.now() - context.config.runs.retentionDays * DAY_MS;
  await forEachOf(context.runIndex.endedBefore(closedBeforeMs), MAX_PURGED_PER_SWEEP, async (entry) => {
    await isolated(entry.key.id, async () => {
      if (await purgeRun(context, entry)) purged++;
    });
  });
  return purged;
}

async function purgeRun(context: AppContext, entry: EndedEntry): Promise<boolean> {
  const record = (await context.ledger.get(entry.key))?.record;
  // A run that was taken up again has another end, or will have.
  const isThisEnd = record?.status === 'completed' && record.attempt === entry.attempt;
  if (record !== undefined && isThisEnd) {
    await context.archive.remove(record.id);
    await context.ledger.remove(record);
  }
  // Last: as long as it is there, a sweep finds what is left of the run.
  await context.runIndex.removeEnded(entry);
  return isThisEnd;
}

async function forEachOf<Entry>(
  entries: AsyncIterable<Entry>,
  limit: number,
  step: (entry: Entry) => Promise<void>,
): Promise<void> {
  let seen = 0;
  let batch: Entry[] = [];
  const runBatch = async () => {
    await Promise.all(batch.map((entry) => step(entry)));
    batch = [];
  };
  for await (const entry of entries) {
    batch.push(entry);
    if (++seen >= limit) break;
    if (batch.length >= PURGED_AT_ONCE) await runBatch();
  }
  await runBatch();
}
