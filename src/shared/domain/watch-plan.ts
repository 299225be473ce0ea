import type { ListExperience, Span } from './watch-experience.ts';
import type { WatchedRun } from './watched-run.ts';

/** The most runs that `runs/list` gives in a page. */
export const RUNS_PER_PAGE = 25;

/** A run may begin at Databricks a little before the response to its submit, or later; clocks differ too. */
const EARLIER_MS = 2_000;
const LATER_MS = 5_000;
const KNOWN_WITHIN_MS = 1_000;

/** Few enough that the first of them can be read by themselves before the last have been listed. */
const RUNS_PER_LIST = 120;

/** One way of reading some runs: each by itself, or by a list of the active runs that began in a span of time. */
export type PlannedReading =
  | { by: 'get'; runs: readonly WatchedRun[] }
  | { by: 'list'; runs: readonly WatchedRun[]; fromMs: number; toMs: number };

/**
 * How to read the runs that are due with the fewest calls: `runs/list` with a span of start times costs a page for each
 * 25 active runs in it, whosever they are, `runs/get` one call a run. Runs with more than a page of others between them
 * are read apart. A list goes back as far as its last page has room for others of `all`, so that they are due together
 * from then on.
 */
export function planReadings(
  due: readonly WatchedRun[],
  experience: ListExperience | null,
  nowMs: number,
  all: readonly WatchedRun[] = due,
): PlannedReading[] {
  const known = experience !== null && experience.untilMs > nowMs ? experience.runsPerMs : 0;
  const groups = grouped(inOrder(due), known);
  const alone = groups.filter((group) => group.length <= pagesOf(group, known)).flat();
  const listed = groups.filter((group) => group.length > pagesOf(group, known));
  const sorted = listed.length === 0 ? [] : inOrder(all);
  const readings: PlannedReading[] = listed.flatMap(inParts).map((runs) => {
    const { fromMs, toMs } = filledUp(spanOf(runs), sorted, known);
    return { by: 'list', runs, fromMs, toMs };
  });
  return alone.length === 0 ? readings : [...readings, { by: 'get', runs: alone }];
}

/** The runs that a list of a span of start times shows, if they are active. */
export function runsWithin(runs: readonly WatchedRun[], span: Span): readonly WatchedRun[] {
  return runs.filter((run) => isWithin(beginning(run), span));
}

function isWithin({ fromMs, toMs }: Span, span: Span): boolean {
  return fromMs >= span.fromMs && toMs <= span.toMs;
}

/** Where many runs are watched, a list for so few waits a while for others that come due beside them. */
const FEW_RUNS = 8;
const SEVERAL_WATCHED = 10;
const MANY_WATCHED = 100;
const STARTS_WAIT_MS = 1_000;
const URGENT_WAIT_MS = 1_500;
const OTHERS_WAIT_MS = 10_000;

/** How long one of its runs has to be due before a reading is made. `watched`: how many runs are watched in all. */
export function waitForMoreMs(
  { by, runs }: PlannedReading,
  { watched, urgent }: { watched: number; urgent: boolean },
): number {
  if (by === 'get' || runs.length >= FEW_RUNS) return -Infinity;
  if (watched >= MANY_WATCHED) return urgent ? URGENT_WAIT_MS : OTHERS_WAIT_MS;
  return watched >= SEVERAL_WATCHED && !runs.some(({ started }) => started) ? STARTS_WAIT_MS : -Infinity;
}

/** How many pages the lists of a plan take, and how many runs they are for. */
export function listsOf(
  plan: readonly PlannedReading[],
  experience: ListExperience | null,
): { pages: number; runs: number } {
  const lists = plan.filter(({ by }) => by === 'list');
  return {
    pages: lists.reduce((sum, { runs }) => sum + pagesOf(runs, experience?.runsPerMs ?? 0), 0),
    runs: lists.reduce((sum, { runs }) => sum + runs.length, 0),
  };
}

/** How many pages a list for these runs takes; one at least. */
export function pagesOf(runs: readonly WatchedRun[], runsPerMs: number): number {
  const { fromMs, toMs } = spanOf(runs);
  return Math.max(1, Math.ceil(Math.max(runs.length, runsPerMs * (toMs - fromMs)) / RUNS_PER_PAGE));
}

function grouped(sorted: readonly WatchedRun[], runsPerMs: number): WatchedRun[][] {
  const groups: WatchedRun[][] = [];
  let untilMs = -Infinity;
  for (const run of sorted) {
    const { fromMs, toMs } = beginning(run);
    const between = Math.max(fromMs - untilMs, 0) * runsPerMs;
    const current = groups.at(-1);
    if (current === undefined || between > RUNS_PER_PAGE) groups.push([run]);
    else current.push(run);
    untilMs = Math.max(untilMs, toMs);
  }
  return groups;
}

function inOrder(runs: readonly WatchedRun[]): WatchedRun[] {
  return runs.toSorted((one, other) => beginning(one).fromMs - beginning(other).fromMs);
}

/** A page that is nearly full may turn out to be two. */
const FULL_RUNS = 23;

/** The span, begun so much earlier that its last page is full. */
function filledUp(span: Span, sorted: readonly WatchedRun[], runsPerMs: number): Span {
  let { fromMs } = span;
  const inside = sorted.filter((run) => isWithin(beginning(run), span)).length;
  const before = sorted.filter((run) => beginning(run).fromMs < fromMs).toReversed();
  const count = Math.max(inside, runsPerMs * (span.toMs - fromMs));
  let room = Math.max(Math.ceil(count / RUNS_PER_PAGE), 1) * RUNS_PER_PAGE - (RUNS_PER_PAGE - FULL_RUNS) - count;
  for (const run of before) {
    const earlierMs = beginning(run).fromMs;
    room -= Math.max(1, runsPerMs * (fromMs - earlierMs));
    if (room < 0) break;
    fromMs = earlierMs;
  }
  return { fromMs, toMs: span.toMs };
}

/** Parts of about the same size, of neighbours. */
function inParts(runs: readonly WatchedRun[]): (readonly WatchedRun[])[] {
  const size = Math.ceil(runs.length / Math.ceil(runs.length / RUNS_PER_LIST));
  return Array.from({ length: Math.ceil(runs.length / size) }, (_, part) => runs.slice(part * size, (part + 1) * size));
}

/** When the run began, as far as that is known. */
function beginning({ startedAtMs, submittedAtMs }: WatchedRun): Span {
  return startedAtMs === null
    ? { fromMs: submittedAtMs - EARLIER_MS, toMs: submittedAtMs + LATER_MS }
    : { fromMs: startedAtMs - KNOWN_WITHIN_MS, toMs: startedAtMs + KNOWN_WITHIN_MS };
}

function spanOf(runs: readonly WatchedRun[]): Span {
  const beginnings = runs.map(beginning);
  return {
    fromMs: Math.floor(beginnings.reduce((least, { fromMs }) => Math.min(least, fromMs), Infinity)),
    toMs: Math.ceil(beginnings.reduce((most, { toMs }) => Math.max(most, toMs), -Infinity)),
  };
}
