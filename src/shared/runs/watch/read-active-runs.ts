import type { AppContext, Workspace } from '../../context.ts';
import { UnknownWorkspaceError } from '../../config/unknown-workspace-error.ts';
import { afterNamedTime } from '../../domain/named-delay.ts';
import { nextReadingAtMs } from '../../domain/watched-run.ts';
import type { WatchEntry, WatcherMark } from '../../ledger/watch-index.ts';
import type { Activities } from '../../workflow/activities.ts';
import { backOffMs } from '../../workflow/back-off.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { Estimates } from './estimates.ts';
import { hasWaitingRuns } from '../admission/has-waiting-runs.ts';
import { readDueRuns } from './read-due-runs.ts';

type Step = Activities['read-active-runs'];

/**
 * What is due so soon is waited for: a timer and another activity are two executions and some twenty requests to
 * storage. An activity lasts no longer than this by its waits.
 */
const WAIT_MS = 7_000;
const LASTS_MS = 30_000;

/** A reading of more goes on in the next activity: this one is not to be taken for dead. */
const READING_LASTS_MS = 15_000;

/** Runs that are due within a moment are read together. */
const TOGETHER_MS = 400;

/** So many runs are read in one go; the longest due come first. */
const MAX_DUE = 2_000;

/** An entry whose next time is so close stays where it is, if many are: its key would change with every list. */
const STAYS_MS = 15_000;
const MANY = 50;

/** With so many that are due, those that are due within this are read too, if they are read no more often anyway. */
const SOON_FROM = 10;
const SOON_MS = 40_000;

/** Between two readings of the entries, which are rows of the partition of all runs: some 200 of them a second. */
const MIN_DELAY_MS = 800;
/** Where others wait for the places of the runs, which are few then, or of which few end at a time. */
const AWAITED_DELAY_MS = 250;
const AWAITED_LASTS_MS = 10 * 60_000;
const DELAY_OF_ENTRY_MS = 2;
const UNREAD_AGAIN_MS = 10_000;

/**
 * Reads the active runs of a workspace that are due, and what comes due in a moment, and says when to read again. Whatever
 * ends it, nothing is lost: an entry that has not been moved is due.
 */
export async function readActiveRuns(
  context: AppContext,
  input: Step['input'],
  orchestrations: RunOrchestrations,
): Promise<Step['output']> {
  const { workspace: name, turn } = input;
  const mark = await context.watchIndex.mark(name);
  if (mark?.turn !== turn) return { kind: 'over' };
  const workspace = workspaceOf(context, name);
  const untilMs = context.now() + LASTS_MS;
  /** Entries that have been read and have stayed, by their time, and when they are due in truth. */
  const stayed = new Map<string, number>();
  const estimates = new Estimates(context, name);
  let { experience, unread } = input;
  let nextAtMs: number | null;
  for (;;) {
    const found = await context.watchIndex.due(name, context.now() + TOGETHER_MS, MAX_DUE);
    const isDue = (entry: WatchEntry) => (stayed.get(keyOf(entry)) ?? 0) <= context.now() + TOGETHER_MS;
    const due = await estimates.refresh(await withSoonDue(context, name, found.entries.filter(isDue), stayed));
    const isAwaited = await hasWaitingRuns(context, orchestrations, name);
    const read = await readDueRuns(context, orchestrations, workspace, due, {
      isAwaited,
      experience,
      unread,
      untilMs: context.now() + READING_LASTS_MS,
    });
    ({ experience } = read);
    unread = read.failure === null ? (due.length === 0 ? unread : 0) : unread + 1;
    const moves = read.moves.filter(({ from, to }) => !staysAsItIs(from, to, read.moves.length, context.now()));
    for (const { from, to } of read.moves) if (to !== null) stayed.set(keyOf(from), to.dueAtMs);
    await context.watchIndex.move(name, moves);
    nextAtMs =
      read.failure === null ? earliest(found, read.moves, stayed) : failedAtMs(read.failure, unread, context.now());
    if (!read.isWhole && read.failure === null) nextAtMs = context.now();
    // Those that have taken over places came after the entries were read.
    if (nextAtMs === null && isAwaited && due.length > 0) nextAtMs = context.now();
    const leastMs = (isAwaited ? AWAITED_DELAY_MS : MIN_DELAY_MS) + found.entries.length * DELAY_OF_ENTRY_MS;
    if (nextAtMs !== null) nextAtMs = Math.max(nextAtMs, context.now() + leastMs);
    // Where others wait for places, the messages between two activities would take as long as a place is empty.
    const lastsUntilMs = isAwaited ? untilMs + AWAITED_LASTS_MS : Math.min(untilMs, context.now() + WAIT_MS);
    if (nextAtMs === null || nextAtMs > lastsUntilMs) break;
    await context.sleep(Math.min(nextAtMs - context.now(), WAIT_MS));
  }
  return finish(context, mark, { name, nextAtMs, experience, unread, stayed });
}

function workspaceOf(context: AppContext, name: string): Workspace | undefined {
  try {
    return context.workspace(name);
  } catch (error) {
    if (error instanceof UnknownWorkspaceError) return undefined;
    throw error;
  }
}

interface Finish {
  name: string;
  nextAtMs: number | null;
  experience: Step['input']['experience'];
  unread: number;
  stayed: ReadonlyMap<string, number>;
}

/** First it is said when the next reading is, then looked for runs that came meanwhile: their submits read it after. */
async function finish(
  context: AppContext,
  mark: WatcherMark,
  { name, nextAtMs, experience, unread, stayed }: Finish,
): Promise<Step['output']> {
  const isWritten = await context.watchIndex.replaceMark(name, mark, { ...mark, nextAtMs, writtenAtMs: context.now() });
  if (!isWritten) {
    // Another execution of this activity, or another watcher, was faster.
    const current = await context.watchIndex.mark(name);
    return current?.turn === mark.turn
      ? { kind: 'read', nextAtMs: context.now(), experience, unread }
      : { kind: 'over' };
  }
  const found = await context.watchIndex.due(name, nextAtMs ?? context.now(), MAX_DUE);
  const isNew = found.entries.some((entry) => !stayed.has(keyOf(entry)) && entry.dueAtMs < (nextAtMs ?? Infinity));
  if (nextAtMs === null && !isNew && found.nextAtMs === null) return { kind: 'over' };
  const soonestMs = isNew ? context.now() : (nextAtMs ?? found.nextAtMs ?? context.now());
  return { kind: 'read', nextAtMs: soonestMs, experience, unread };
}

/**
 * Many that are due are read by lists. Then those that are due soon, and not often, are read with them: from then on they
 * are due together.
 */
async function withSoonDue(
  context: AppContext,
  name: string,
  due: readonly WatchEntry[],
  stayed: ReadonlyMap<string, number>,
): Promise<readonly WatchEntry[]> {
  if (due.length < SOON_FROM) return due;
  const nowMs = context.now();
  const { entries } = await context.watchIndex.due(name, nowMs + SOON_MS, MAX_DUE);
  const isSoon = (entry: WatchEntry) =>
    !stayed.has(keyOf(entry)) && nextReadingAtMs(entry.run, nowMs) - nowMs > SOON_MS;
  const soon = entries.filter((entry) => entry.dueAtMs > nowMs + TOGETHER_MS && isSoon(entry));
  return [...due, ...soon];
}

/** Where many runs are read at short intervals, by lists, their entries are not written each time. */
function staysAsItIs(from: WatchEntry, to: WatchEntry | null, many: number, nowMs: number): boolean {
  return to !== null && many > MANY && to.run === from.run && to.dueAtMs - nowMs < STAYS_MS;
}

function earliest(
  found: { entries: readonly WatchEntry[]; nextAtMs: number | null },
  moves: readonly { to: WatchEntry | null }[],
  stayed: ReadonlyMap<string, number>,
): number | null {
  const times = moves.flatMap(({ to }) => (to === null ? [] : [to.dueAtMs]));
  const waiting = found.entries.flatMap((entry) => stayed.get(keyOf(entry)) ?? []);
  const soonestMs = [...times, ...waiting].reduce((least, each) => Math.min(least, each), found.nextAtMs ?? Infinity);
  return soonestMs === Infinity ? null : soonestMs;
}

/** Never before the time that Databricks has named. */
function failedAtMs({ notBeforeMs }: { notBeforeMs: number | null }, unread: number, nowMs: number): number {
  const againMs = nowMs + Math.min(backOffMs(unread - 1), UNREAD_AGAIN_MS);
  return notBeforeMs === null ? againMs : Math.max(againMs, afterNamedTime(notBeforeMs));
}

function keyOf({ run, dueAtMs }: WatchEntry): string {
  return `${run.key.id} ${run.notifiedAtMs ?? ''} ${dueAtMs}`;
}
