import type { AppContext } from '../../context.ts';
import { awaitedReadingAtMs } from '../../domain/awaited-end.ts';
import { isLearned, type DurationEstimate } from '../../domain/poll-schedule.ts';
import type { RunKey } from '../../domain/run-record.ts';
import { nextReadingAtMs, type WatchedRun } from '../../domain/watched-run.ts';
import type { WatcherMark } from '../../ledger/watch-index.ts';
import type { WatchState } from '../../workflow/watch-runs.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';

/** A watcher that has not read for so long after its time is taken for dead. */
const SILENT_MS = 90_000;

/** A watcher that reads so little later than asked is left alone. */
const LEEWAY_MS = 500;

/** From a watcher's mark to its start it takes no longer, unless the process has ended in between. */
const STARTING_MS = 5_000;
const STARTING_CHECK_MS = 500;

/** A run that is to be watched from now on. */
export interface RunToWatch {
  workspace: string;
  key: RunKey;
  runId: string;
  submittedAtMs: number;
  estimate: DurationEstimate | null;
  workKey: string;
  /** Databricks has sent a notification of it. */
  isNotified: boolean;
  /** Others wait for the place of the run. */
  isAwaited?: boolean;
}

/**
 * Has the watcher of the workspace read the run until it has ended. Returns whether it will: where storage or the Durable
 * engine are away, the run has to be followed by itself.
 */
export async function watchRun(
  context: AppContext,
  orchestrations: RunOrchestrations,
  run: RunToWatch,
): Promise<boolean> {
  const { workspace, isNotified, isAwaited = false, ...rest } = run;
  const nowMs = context.now();
  const notifiedAtMs = isNotified ? nowMs : null;
  const unread = { startedAtMs: null, started: false, notifiedAtMs, seen: '', recordedAtMs: nowMs };
  const watched: WatchedRun = { ...rest, ...unread };
  const ownAtMs = nextReadingAtMs(watched, nowMs);
  const dueAtMs = isAwaited && isLearned(run.estimate) ? awaitedReadingAtMs(watched, ownAtMs, nowMs) : ownAtMs;
  try {
    // First the entry, then the look at the watcher, who looks at the entries after it has said when it reads next.
    await context.watchIndex.add(workspace, { run: watched, dueAtMs });
    await ensureWatcher(context, orchestrations, workspace, dueAtMs);
    return true;
  } catch (error) {
    context.log.warn('run.not_watched', { run: run.key.id, error });
    return false;
  }
}

/** Makes sure that the workspace has a watcher that reads at `dueAtMs`, epoch ms, or before. */
async function ensureWatcher(
  context: AppContext,
  orchestrations: RunOrchestrations,
  workspace: string,
  dueAtMs: number,
): Promise<void> {
  if (context.watchers.wake(workspace, dueAtMs)) return;
  const mark = await context.watchIndex.mark(workspace);
  if (mark === undefined || !isAlive(mark, context.now()))
    await replaceWatcher(context, orchestrations, workspace, mark, dueAtMs);
  else if (!(await isStarted(context, orchestrations, workspace, mark)))
    await startWatcher(context, orchestrations, newWatcher(workspace, mark.turn));
  else if (mark.nextAtMs > dueAtMs + LEEWAY_MS)
    await bringForward(context, orchestrations, workspace, { ...mark, nextAtMs: dueAtMs });
}

async function replaceWatcher(
  context: AppContext,
  orchestrations: RunOrchestrations,
  workspace: string,
  mark: WatcherMark | undefined,
  dueAtMs: number,
): Promise<void> {
  const turn = (mark?.turn ?? 0) + 1;
  const next = { turn, nextAtMs: dueAtMs, writtenAtMs: context.now(), isStarting: true };
  // Another run was faster, and its watcher reads this one as well.
  if ((await context.watchIndex.replaceMark(workspace, mark, next)) === undefined) return;
  const isReplaced = mark !== undefined && mark.nextAtMs !== null;
  // The orchestrations may call it active for ever.
  if (isReplaced) await orchestrations.terminateWatcher(workspace, mark.turn);
  await startWatcher(context, orchestrations, newWatcher(workspace, turn));
}

/** What is due later is waited for in the activity. */
function newWatcher(workspace: string, turn: number): WatchState {
  return { workspace, turn, nextAtMs: 0, experience: null, unread: 0 };
}

/** Whether a watcher is there that has a mark; a process may have ended that had written the mark, and was to start it. */
async function isStarted(
  context: AppContext,
  orchestrations: RunOrchestrations,
  workspace: string,
  { turn, writtenAtMs, isStarting }: WatcherMark,
): Promise<boolean> {
  if (!isStarting) return true;
  const untilMs = Math.min(writtenAtMs, context.now()) + STARTING_MS;
  for (;;) {
    if ((await orchestrations.watcherStatus(workspace, turn)) !== 'none') return true;
    const leftMs = untilMs - context.now();
    if (leftMs <= 0) return false;
    await context.sleep(Math.min(leftMs, STARTING_CHECK_MS));
  }
}

/** Who writes the mark sends the event: of many that add runs at once, one does, and those who are due before. */
async function bringForward(
  context: AppContext,
  orchestrations: RunOrchestrations,
  workspace: string,
  mark: WatcherMark & { nextAtMs: number },
): Promise<void> {
  if ((await context.watchIndex.replaceMark(workspace, mark, mark)) !== undefined)
    return orchestrations.readEarlier(workspace, mark.turn, mark.nextAtMs);
  // Another run was faster, or the watcher is awake: what the mark says now goes.
  await ensureWatcher(context, orchestrations, workspace, mark.nextAtMs);
}

/** Where it cannot be started, the next run is to try again at once. */
async function startWatcher(context: AppContext, orchestrations: RunOrchestrations, state: WatchState): Promise<void> {
  try {
    await orchestrations.startWatcher(state);
  } catch (error) {
    const { workspace, turn } = state;
    const mark = await context.watchIndex.mark(workspace);
    if (mark?.turn === turn) await context.watchIndex.replaceMark(workspace, mark, { ...mark, nextAtMs: null });
    throw error;
  }
}

function isAlive(mark: WatcherMark, nowMs: number): mark is WatcherMark & { nextAtMs: number } {
  const { nextAtMs, writtenAtMs } = mark;
  if (nextAtMs === null || nowMs - Math.max(nextAtMs, writtenAtMs) > SILENT_MS) return false;
  // What a clock has written that is far ahead says nothing.
  return writtenAtMs - nowMs <= SILENT_MS;
}

/** Starts the watchers of workspaces whose runs none reads. */
export async function restartWatchers(context: AppContext, orchestrations: RunOrchestrations): Promise<void> {
  for (const { name } of context.config.workspaces) {
    const nextAtMs = await context.watchIndex.nextDueAtMs(name);
    if (nextAtMs === null) continue;
    const mark = await context.watchIndex.mark(name);
    if (mark === undefined || !isAlive(mark, context.now()))
      await replaceWatcher(context, orchestrations, name, mark, Math.min(nextAtMs, context.now()));
    else if (!(await isStarted(context, orchestrations, name, mark)))
      await startWatcher(context, orchestrations, newWatcher(name, mark.turn));
  }
}
