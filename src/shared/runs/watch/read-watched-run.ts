import { DatabricksNotFoundError } from '../../databricks/errors.ts';
import type { Run } from '../../databricks/schemas.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import type { WatchedRun } from '../../domain/watched-run.ts';
import type { DueReading } from './due-reading.ts';
import { followStored, READING } from './follow-run.ts';
import { digestOf, hasAllTasks, pageOf, seenRun, type PageRead } from './seen-run.ts';
import { startSuccessor } from '../admission/start-admitted.ts';

/** A run that Databricks does not know is read by its orchestration; it may turn out to be there. */
const MISSING_AGAIN_MS = 60_000;

/** The rows of runs of which nothing is new are written so often all the same: the sweep sees that they are read. */
const RECORD_AFTER_MS = 10 * 60_000;

/** Of a young run a notification may come any moment, after which it is read no more; its row says so. */
const YOUNG_MS = 10_000;

/** Reads a run by itself. Its row is read only where there is something to write. */
export async function readSingleRun(reading: DueReading, run: WatchedRun): Promise<void> {
  const read = run.seen === '' ? undefined : await readPage(reading, run);
  if (read === undefined || !('page' in read) || isNews(reading, run, read.page) || read.page.next_page_token)
    await readWatchedRun(reading, run, read);
  else reading.move(run, run);
}

/** Takes what a list has shown of a run. Its row is read only where there is something to write. */
export async function takeListedRun(reading: DueReading, run: WatchedRun, page: Run): Promise<void> {
  if (isNews(reading, run, page)) await readWatchedRun(reading, run, hasAllTasks(page) ? { page } : undefined);
  else reading.move(run, run);
}

function isNews({ context }: DueReading, run: WatchedRun, page: Run): boolean {
  const nowMs = context.now();
  return (
    nowMs - run.submittedAtMs < YOUNG_MS || digestOf(page) !== run.seen || nowMs - run.recordedAtMs > RECORD_AFTER_MS
  );
}

/**
 * Reads a run, or takes what was read of it, writes what is new, and notifies its orchestration of what matters
 * there: an end, a run that is missing, a cancellation request, another size.
 */
async function readWatchedRun(reading: DueReading, run: WatchedRun, known: PageRead | undefined): Promise<void> {
  const { context, orchestrations } = reading;
  const stored = await context.ledger.get(run.key);
  if (stored === undefined || isSettled(stored.record, run)) return reading.remove(run);
  const read = known ?? (await readPage(reading, run));
  if ('error' in read && !(read.error instanceof DatabricksNotFoundError))
    return reading.failRun(read.error, stored, run);
  const page = 'none' in read ? {} : { page: pageOf(read) };
  const result = await followStored(context, stored, run.runId, {
    ...page,
    isNotified: run.notifiedAtMs !== null,
    orchestrations,
  });
  // Before its own orchestration is notified, which removes it: a repetition of this starts the other then.
  if (result.kind === 'ended' && result.successor != null)
    await startSuccessor(context, orchestrations, result.successor);
  const { instanceId, request, attempt } = stored.record;
  const isOfInterest = result.kind === 'ended' || result.kind === 'missing' || result.cancelRequested;
  const isResized = result.kind === 'active' && (result.taskCount ?? request.taskCount) !== request.taskCount;
  if (isOfInterest || isResized)
    await orchestrations.wake(instanceId, { reason: 'read', runId: run.runId, attempt, result });
  if (result.kind === 'ended') reading.end(run);
  else if (result.kind === 'missing') reading.move(run, run, MISSING_AGAIN_MS);
  else if ('page' in read && result.kind === 'active')
    reading.move(run, seenRun(run, read.page, result.started, context.now()));
  else reading.move(run, run);
}

async function readPage({ workspace }: DueReading, run: WatchedRun): Promise<PageRead> {
  if (workspace === undefined) return { none: true };
  try {
    return { page: await workspace.jobs.getRunPage(run.runId, READING) };
  } catch (error) {
    return { error };
  }
}

/**
 * Whether the run is completed, or another Databricks run, or has another entry since it was notified of. A repair is of the
 * same Databricks run: what was read of the attempt before is no end of it.
 */
function isSettled(record: RunRecord, run: WatchedRun): boolean {
  if (record.status === 'completed' || record.runId !== run.runId) return true;
  if (record.submittedAtMs !== run.submittedAtMs) return true;
  return record.hasNotifications && run.notifiedAtMs === null;
}
