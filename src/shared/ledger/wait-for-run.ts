import { SharedReads } from '../async/shared-reads.ts';
import type { RunKey } from '../domain/run-record.ts';
import type { RunLedger } from './run-ledger.ts';
import type { StoredRun } from './stored-run.ts';

/** The reads of all who wait for runs in this process; a run that the process writes itself is read at once. */
export type RunReads = SharedReads<RunKey, StoredRun>;

/** What the same clients would read if they polled at the pace that `Retry-After` names, where runs take a minute. */
const READS_PER_SECOND = 25;

/** What those who wait for runs read. */
export function openRunReads(ledger: RunLedger): RunReads {
  return new SharedReads({
    read: (key) => ledger.get(key),
    pause: (key, ms) => ledger.changed(key, ms),
    readsPerSecond: READS_PER_SECOND,
  });
}

/**
 * Waits until the run satisfies `isDone` or the time is over; returns the run as it is known then. Does not wait where
 * too many do already. Throws nothing: a run whose row cannot be read is returned as it was.
 */
export async function waitForRun(
  { runReads }: { runReads: RunReads },
  stored: StoredRun,
  waitMs: number,
  isDone: (run: StoredRun) => boolean,
): Promise<StoredRun> {
  const { id, createdAtMs } = stored.record;
  return runReads.until({ id, createdAtMs }, stored, waitMs, isDone);
}

/** Whether a run has ended. */
export function isCompleted(run: StoredRun): boolean {
  return run.record.status === 'completed';
}
