import type { AppContext } from '../../context.ts';
import { replacementId, type RunRecord } from '../../domain/run-record.ts';
import type { ActiveEntry } from '../../ledger/run-index.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { startTracking } from '../accept/start-tracking.ts';

/** A run this young is still being started by the trigger that accepted it. */
const GRACE_MS = 60_000;

/** A submitted run has not been read for so long: its orchestration is asked to poll. */
const STALE_MS = 15 * 60_000;

/** How long after its deadline a run is left to its own orchestration. */
const OVERDUE_MS = 2 * 60_000;

/** Nothing has been written of a run for so long, which may well be waiting: its orchestration is asked for a sign. */
const QUIET_MS = 60 * 60_000;

/** An orchestration that has not reacted to an event for so long is dead, whatever Durable Functions says of it. */
const SILENT_MS = 30 * 60_000;

type SweepReason = 'cancel' | 'poll' | 'ping';

/** What was done for a run. */
export type Correction = 'reattached' | 'woken' | 'replaced';

/**
 * Makes sure that an orchestration follows a run that is at work: starts one where there is none, wakes it where it
 * should have done something, and replaces it where it has not reacted to an event for half an hour. The reaction to it
 * is always a write of the run's row.
 */
export async function reconcileRun(
  context: AppContext,
  orchestrations: RunOrchestrations,
  entry: ActiveEntry,
  stored: StoredRun,
): Promise<Correction | undefined> {
  const { record } = stored;
  const nowMs = context.now();
  if (nowMs - record.createdAtMs < GRACE_MS) return undefined;
  if ((await orchestrations.status(record.instanceId)) !== 'active') return reattach(context, orchestrations, record);
  const reason = reasonToWake(stored, nowMs);
  if (reason === undefined) return undefined;
  const unanswered = entry.wake?.etag === stored.etag ? entry.wake : null;
  if (unanswered !== null && nowMs - unanswered.atMs > SILENT_MS)
    return replace(context, orchestrations, stored, nowMs);
  await orchestrations.wake(record.instanceId, { reason });
  if (unanswered === null) await context.runIndex.noteWake(entry, { atMs: nowMs, etag: stored.etag });
  return 'woken';
}

async function reattach(
  context: AppContext,
  orchestrations: RunOrchestrations,
  { id, createdAtMs }: RunRecord,
): Promise<Correction | undefined> {
  // It may have been completed since its row was read.
  const current = await context.ledger.get({ id, createdAtMs });
  if (current === undefined || current.record.status === 'completed') return undefined;
  await startTracking(orchestrations, current.record);
  return 'reattached';
}

/**
 * Another orchestration goes on from the ledger, under another id: it is unknown when Durable Functions lets go of the
 * old one. Where this process ends in between, the next sweep starts it, and ends the old one with its history.
 */
async function replace(
  context: AppContext,
  orchestrations: RunOrchestrations,
  stored: StoredRun,
  nowMs: number,
): Promise<Correction | undefined> {
  const { instanceId: silent } = stored.record;
  const record = { ...stored.record, instanceId: replacementId(silent) };
  // The row was written just now, so it is not dead.
  if (!(await context.ledger.replaceInstance(record, stored.etag, silent, nowMs))) return undefined;
  context.log.warn('orchestration.replaced', { run: record.id, silent, instance: record.instanceId });
  await orchestrations.terminate(silent, 'silent');
  await startTracking(orchestrations, record);
  return 'replaced';
}

function reasonToWake(stored: StoredRun, nowMs: number): SweepReason | undefined {
  const { record, cancelRequestedAtMs, writtenAtMs } = stored;
  if (cancelRequestedAtMs !== null && nowMs - cancelRequestedAtMs > OVERDUE_MS) return 'cancel';
  if (record.deadlineAtMs !== null && nowMs - record.deadlineAtMs > OVERDUE_MS) return 'poll';
  if (isRead(record) && nowMs - record.observedAtMs > STALE_MS) return 'poll';
  return nowMs - writtenAtMs > QUIET_MS ? 'ping' : undefined;
}

/** Whether the present attempt is to be read regularly: it is at Databricks, which sends no notifications of it. */
function isRead({ submittedAtMs, hasNotifications }: RunRecord): boolean {
  return submittedAtMs !== null && !hasNotifications;
}
