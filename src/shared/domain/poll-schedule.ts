/** What is known of earlier runs of the same notebook or job, in milliseconds. */
export interface LearnedDuration {
  count: number;
  meanMs: number;
  deviationMs: number;
}

export interface PollSituation {
  /** How long ago the run was created at Databricks. */
  ageMs: number;
  /** How many polls have been made so far. */
  polls: number;
  /** A notification destination reports the end; polling is only the net. */
  pushed: boolean;
  learned?: LearnedDuration | undefined;
}

const SECOND_MS = 1_000;
const MAX_INTERVAL_MS = 60 * SECOND_MS;

/** Fewer earlier runs than this say too little about the next. */
const MIN_LEARNED_RUNS = 3;

/**
 * How long to wait before a run is read again. It starts as the official SDKs' waiters do (1, 2, … 10 s), then a
 * twentieth of the run's age, at most a minute; four times as long where the end is pushed; and where earlier runs
 * are known, the polls are placed where the end is likely.
 */
export function pollDelayMs(situation: PollSituation): number {
  if (situation.pushed)
    return Math.min(Math.max(steadyIntervalMs(situation) * 4, MAX_INTERVAL_MS), 10 * MAX_INTERVAL_MS);
  return learnedDelayMs(situation) ?? steadyIntervalMs(situation);
}

function steadyIntervalMs({ ageMs, polls }: PollSituation): number {
  const ramp = Math.min(polls + 1, 10) * SECOND_MS;
  return Math.min(Math.max(ramp, ageMs / 20), MAX_INTERVAL_MS);
}

/**
 * Earlier durations say when the end is likely: from two deviations before the mean until two after it the polls
 * stand close together, before that only one shows that the run has started.
 */
function learnedDelayMs({ ageMs, polls, learned }: PollSituation): number | undefined {
  if (learned === undefined || learned.count < MIN_LEARNED_RUNS) return undefined;
  const spreadMs = Math.max(learned.deviationMs, learned.meanMs / 20);
  const earliestMs = learned.meanMs - 1.7 * spreadMs;
  const latestMs = learned.meanMs + 2.5 * spreadMs;
  if (ageMs > latestMs) return undefined;
  if (ageMs < earliestMs) {
    const startMs = polls === 0 ? Math.min(5 * SECOND_MS, learned.meanMs / 8) : Infinity;
    return Math.max(Math.min(startMs, earliestMs - ageMs), MAX_STEP_FLOOR_MS);
  }
  return Math.min(Math.max(spreadMs / 2, MAX_STEP_FLOOR_MS), steadyCapMs(learned.meanMs));
}

const MAX_STEP_FLOOR_MS = 500;

/** Never a longer gap near the end than the SDK's own, so that the lag is no worse than its. */
function steadyCapMs(meanMs: number): number {
  return Math.min(Math.max(meanMs / 12, SECOND_MS), MAX_INTERVAL_MS);
}
