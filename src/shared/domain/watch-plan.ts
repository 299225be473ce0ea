import type { WatchedRun } from './watched-run.ts';

/** The most runs that `runs/list` gives in a page. */
export const RUNS_PER_PAGE = 25;

/** A run may begin at Databricks a little before its submit is answered, or later; clocks differ too. */
const EARLIER_MS = 2_000;
const LATER_MS = 5_000;
const KNOWN_WITHIN_MS = 1_000;

/** What the last lists showed of a workspace; others may run there too. */
export interface ListExperience {
  /** Active runs for each ms of the start times that were listed. */
  runsPerMs: number;
  /** Until when that is believed, epoch ms. */
  untilMs: number;
}

/** One way of reading some runs: each by itself, or by a list of the active runs that began in a span of time. */
export type PlannedReading =
  | { by: 'get'; runs: readonly WatchedRun[] }
  | { by: 'list'; runs: readonly WatchedRun[]; fromMs: number; toMs: number };

/**
 * How to read the runs that are due with the fewest calls: `runs/list` with a span of start times costs a page for each
 * 25 active runs in it, whosever they are, `runs/get` one call a run. Runs with more than a page of others between them
 * are read apart.
 */
export function planReadings(
  due: readonly WatchedRun[],
  experience: ListExperience | null,
  nowMs: number,
): PlannedReading[] {
  const known = experience !== null && experience.untilMs > nowMs ? experience.runsPerMs : 0;
  const groups = grouped(
    due.toSorted((one, other) => beginning(one).fromMs - beginning(other).fromMs),
    known,
  );
  const alone = groups.filter((group) => group.length <= pagesOf(group, known)).flat();
  const listed = groups.filter((group) => group.length > pagesOf(group, known));
  const readings: PlannedReading[] = listed.map((runs) => {
    const { fromMs, toMs } = spanOf(runs);
    return { by: 'list', runs, fromMs, toMs };
  });
  return alone.length === 0 ? readings : [...readings, { by: 'get', runs: alone }];
}

/** What a list of so many active runs says of lists to come. */
export function experienceOf(listed: number, span: { fromMs: number; toMs: number }, untilMs: number): ListExperience {
  return { runsPerMs: listed / Math.max(span.toMs - span.fromMs, 1), untilMs };
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

/** When the run began, as far as that is known. */
function beginning({ startedAtMs, submittedAtMs }: WatchedRun): { fromMs: number; toMs: number } {
  return startedAtMs === null
    ? { fromMs: submittedAtMs - EARLIER_MS, toMs: submittedAtMs + LATER_MS }
    : { fromMs: startedAtMs - KNOWN_WITHIN_MS, toMs: startedAtMs + KNOWN_WITHIN_MS };
}

function spanOf(runs: readonly WatchedRun[]): { fromMs: number; toMs: number } {
  const beginnings = runs.map(beginning);
  return {
    fromMs: Math.floor(beginnings.reduce((least, { fromMs }) => Math.min(least, fromMs), Infinity)),
    toMs: Math.ceil(beginnings.reduce((most, { toMs }) => Math.max(most, toMs), -Infinity)),
  };
}
