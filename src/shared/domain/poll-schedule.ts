/** What is known of earlier runs of the same notebook or job, in milliseconds. */
export interface DurationEstimate {
  count: number;
  meanMs: number;
  deviationMs: number;
  /** The latest of them, in the order they came. */
  recentMs?: readonly number[] | undefined;
}

/** What the next poll depends on. */
export interface PollSituation {
  /** How long ago the run was created at Databricks. */
  ageMs: number;
  /** How many polls have been made so far. */
  polls: number;
  /** Notifications of this run arrive, so its end will be notified; the sweep finds an end that was not. */
  hasNotifications: boolean;
  /** It has been seen at work. Until then its owner waits for that as well. */
  started: boolean;
  /** How long ago a notification came that is not of its end, if any. */
  sinceNotifiedMs?: number | undefined;
  estimate?: DurationEstimate | undefined;
}

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const RAMP_POLLS = 9;
const STEADY_MS = 9.75 * SECOND_MS;
const MAX_SDK_INTERVAL_MS = 10 * SECOND_MS;
const MAX_INTERVAL_MS = 60 * SECOND_MS;

/** Clocks count whole milliseconds: a delay of less would come back to the same moment again and again. */
const MIN_DELAY_MS = 500;

const START_MS = 2 * SECOND_MS;
const START_SEEN_FROM_MS = 25 * SECOND_MS;

/** How long to wait before a run is read again, in whole milliseconds. */
export function pollDelayMs(situation: PollSituation): number {
  const sparseMs = situation.hasNotifications ? notifiedDelayMs(situation) : estimatedDelayMs(situation);
  const delayMs = sparseMs === undefined ? steadyDelayMs(situation) : Math.min(sparseMs, startDelayMs(situation));
  return Math.max(Math.ceil(delayMs), MIN_DELAY_MS);
}

/**
 * A run is at work about two seconds after its submit, or after the word of its start; one that waits for a cluster is
 * looked at whenever it has waited twice as long. Runs of seconds are not looked at before their end is likely.
 */
function startDelayMs({ ageMs, started, hasNotifications, sinceNotifiedMs, estimate }: PollSituation): number {
  const isShort = !hasNotifications && estimate !== undefined && estimate.meanMs < START_SEEN_FROM_MS;
  return started || isShort ? Infinity : Math.max(START_MS, sinceNotifiedMs ?? ageMs);
}

/**
 * The steps of the official SDKs' waiters (n s and up to 0.75 s more, 10 s at most) made a little shorter. Those begin
 * with a poll that this schedule leaves out, which pays for it: no run is read more often. From about 200 s on it is a
 * part of the run's age, at most a minute, so that the end is seen within a twentieth of the run's length.
 */
function steadyDelayMs({ ageMs, polls }: PollSituation): number {
  const rampMs = polls < RAMP_POLLS ? 0.85 * (polls + 1.4) * SECOND_MS : STEADY_MS;
  return Math.min(Math.max(rampMs, ageMs / 22), MAX_INTERVAL_MS);
}

/**
 * A notification may still be lost. Where earlier runs are known, one look stands where the run should have ended by
 * now; apart from it the sweep is the net, for all such runs in one, and a look a day serves if there is no sweep.
 */
function notifiedDelayMs({ ageMs, estimate }: PollSituation): number {
  if (estimate === undefined || estimate.count < MIN_LEARNED_RUNS) return DAY_MS;
  const { latestMs } = likelyEnds(estimate);
  return latestMs > ageMs ? latestMs - ageMs : DAY_MS;
}

/** Fewer earlier runs than this say too little about the next. */
const MIN_LEARNED_RUNS = 3;

/** Closer together, the polls of a run of seconds would be as many as those of the SDKs. */
const MIN_LEARNED_STEP_MS = 2_300;

/** A run is looked at a moment after it should have ended. */
const MARGIN_MS = 300;

/**
 * Earlier durations say when the end is likely: a look stands behind each of them, and between those that lie near each
 * other as many as there is room for. Where they lie apart, as those of a notebook that takes one of two ways, there are
 * none between. Before the first, few are for runs that end early. Undefined where nothing is known, or where the run
 * has outlived what is.
 */
function estimatedDelayMs({ ageMs, estimate }: PollSituation): number | undefined {
  if (estimate === undefined || estimate.count < MIN_LEARNED_RUNS) return undefined;
  const { endsMs, reachMs, earliestMs, latestMs } = likelyEnds(estimate);
  if (ageMs >= latestMs) return undefined;
  const denseMs = Math.max(0.75 * sdkIntervalMs(ageMs), MIN_LEARNED_STEP_MS);
  const lookMs = nextLookMs(endsMs, ageMs);
  if (lookMs === undefined) return Math.min(denseMs, Math.max(reachMs, MIN_LEARNED_STEP_MS));
  if (ageMs < earliestMs) {
    const targetMs = lookMs - earliestMs > MIN_LEARNED_STEP_MS ? earliestMs : lookMs;
    return Math.min(Math.max(estimate.meanMs / 24, MAX_INTERVAL_MS), targetMs - ageMs);
  }
  const isGap = endsMs.every((endMs) => Math.abs(endMs - ageMs) > reachMs) && lookMs - ageMs > 2 * reachMs;
  return isGap ? Math.min(lookMs - ageMs, MAX_INTERVAL_MS) : Math.min(lookMs - ageMs, denseMs);
}

/** The age, in ms, from which on a run may well end, as far as earlier ones show; 0 where they are too few. */
export function earliestLikelyEndMs(estimate: DurationEstimate | null): number {
  return estimate === null || estimate.count < MIN_LEARNED_RUNS ? 0 : Math.max(likelyEnds(estimate).earliestMs, 0);
}

/** Whether enough earlier runs are known to say when the next one is likely to end. */
export function isLearned(estimate: DurationEstimate | null): boolean {
  return estimate !== null && estimate.count >= MIN_LEARNED_RUNS;
}

/** Behind the next earlier end, and behind those that follow so closely that one look serves for all. */
function nextLookMs(endsMs: readonly number[], ageMs: number): number | undefined {
  const stepMs = Math.max(MIN_LEARNED_STEP_MS / 2, 0.5 * sdkIntervalMs(ageMs));
  const first = endsMs.find((endMs) => endMs + MARGIN_MS >= ageMs + stepMs);
  if (first === undefined) return undefined;
  const together = endsMs.filter((endMs) => endMs >= first && endMs <= first + MIN_LEARNED_STEP_MS / 2);
  return (together.at(-1) ?? first) + MARGIN_MS;
}

/** Of durations of which only the mean and the spread are kept, five that have these. */
const SPREAD_EVENLY = [-1, -0.5, 0, 0.5, 1];

/** Where nearly all ends lie; fewer earlier ones say less of where the others lie. */
function likelyEnds({ meanMs, deviationMs, recentMs = [] }: DurationEstimate) {
  const known =
    recentMs.length >= MIN_LEARNED_RUNS
      ? recentMs
      : SPREAD_EVENLY.map((share) => meanMs + share * Math.sqrt(3) * deviationMs);
  const endsMs = known.toSorted((left, right) => left - right);
  const [firstMs = meanMs, lastMs = meanMs] = [endsMs[0], endsMs.at(-1)];
  const reachMs = Math.max(meanMs / 20, (lastMs - firstMs) / endsMs.length);
  return { endsMs, reachMs, earliestMs: firstMs - 2 * reachMs, latestMs: lastMs + 3 * reachMs };
}

/** The official waiters' interval at this age: after n steps of 1, 2, … n seconds the age is about n²/2. */
function sdkIntervalMs(ageMs: number): number {
  return Math.min(Math.sqrt((2 * ageMs) / SECOND_MS) * SECOND_MS, MAX_SDK_INTERVAL_MS);
}
