import { isLearned, earliestLikelyEndMs, pollDelayMs, type DurationEstimate } from './poll-schedule.ts';
import type { RunKey } from './run-record.ts';

/** A run at Databricks whose end a watcher is to see. Times are epoch ms. */
export interface WatchedRun {
  key: RunKey;
  /** The Databricks run. */
  runId: string;
  submittedAtMs: number;
  /** When Databricks says that the run began; null until it has been read. */
  startedAtMs: number | null;
  estimate: DurationEstimate | null;
  /** What identifies the work, for what other runs of it show meanwhile. */
  workKey: string;
  /** It has been seen running. */
  started: boolean;
  /** When Databricks notified of it; null where it has not. */
  notifiedAtMs: number | null;
  /** A digest of what was seen last, so that only what is new is written; empty where it must be. */
  seen: string;
  /** When the ledger's row of the run was written last because of a reading, or looked at. */
  recordedAtMs: number;
}

const SECOND_MS = 1_000;

/** The gateway's own ramp (see `pollDelayMs`): after n readings the age is about 0.425 n² + 0.765 n seconds. */
function readingsAt(ageMs: number): number {
  const ageSeconds = Math.max(ageMs, 0) / SECOND_MS;
  return Math.round((Math.sqrt(0.765 ** 2 + 4 * 0.425 * ageSeconds) - 0.765) / (2 * 0.425));
}

/** When a run that is read now is worth another reading, epoch ms; after whole seconds, as timers have them. */
export function nextReadingAtMs(run: WatchedRun, nowMs: number): number {
  const ageMs = nowMs - run.submittedAtMs;
  const delayMs = pollDelayMs({
    ageMs,
    polls: readingsAt(ageMs),
    hasNotifications: run.notifiedAtMs !== null,
    started: run.started,
    sinceNotifiedMs: run.notifiedAtMs === null ? undefined : nowMs - run.notifiedAtMs,
    estimate: run.estimate ?? undefined,
  });
  return nowMs + Math.ceil(delayMs / SECOND_MS) * SECOND_MS;
}

/**
 * The most that is spent on lists for the sake of seeing ends sooner; Databricks allows 30. Where nothing says when runs end,
 * lists serve fewer of them.
 */
const LISTS_PER_SECOND = 5.5;
const VAIN_LISTS_PER_SECOND = 1.75;
const MIN_LIST_INTERVAL_MS = 1_000;

/** Lists cost a third of what the calls that they spare would, so they are made more often. */
const LIST_SHARE = 3;

/**
 * Whether the run may well end any moment. `usual`: what other runs of the workspace, of whatever work, were like; it
 * stands in for what is not known of this one's work.
 */
export function mayEndSoon(run: WatchedRun, usual: DurationEstimate | null, nowMs: number): boolean {
  return nowMs >= mayEndFromMs(run, usual);
}

function mayEndFromMs({ submittedAtMs, estimate }: WatchedRun, usual: DurationEstimate | null): number {
  return submittedAtMs + earliestLikelyEndMs(isLearned(estimate) ? estimate : usual);
}

/** Of a run that may end at any time as far as its own work is known, but would be the first of its workspace to do so. */
const UNUSUAL_SHARE = 2;

/**
 * As `nextReadingAtMs`, of a run that was read by lists of so many pages that were made for so many watched runs. Where an end
 * is likely, a list that serves many may be made more often than each of them would be read. `usual`: see `mayEndSoon`.
 */
export function nextListingAtMs(
  run: WatchedRun,
  list: { pages: number; runs: number },
  nowMs: number,
  usual: DurationEstimate | null = null,
): number {
  const ownMs = nextReadingAtMs(run, nowMs);
  if (run.notifiedAtMs !== null) return ownMs;
  if (!mayEndSoon(run, usual, nowMs))
    return isLearned(run.estimate)
      ? ownMs
      : Math.min(nowMs + UNUSUAL_SHARE * (ownMs - nowMs), mayEndFromMs(run, usual));
  const sharedMs = ((ownMs - nowMs) * LIST_SHARE * list.pages) / Math.max(list.runs, 1);
  const isKnown = isLearned(run.estimate) || usual !== null;
  const leastMs = (list.pages / (isKnown ? LISTS_PER_SECOND : VAIN_LISTS_PER_SECOND)) * SECOND_MS;
  const listedAtMs = nowMs + Math.max(Math.ceil(sharedMs), leastMs, MIN_LIST_INTERVAL_MS);
  // Runs of many pages are due together, or each page would be read for the few that are due by themselves.
  return leastMs > MIN_LIST_INTERVAL_MS
    ? Math.max(Math.min(ownMs, listedAtMs), nowMs + leastMs)
    : Math.min(ownMs, listedAtMs);
}
