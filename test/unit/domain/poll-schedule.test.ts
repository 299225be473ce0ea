import { expect, it } from 'vitest';
import { pollDelayMs, type DurationEstimate, type PollSituation } from '../../../src/shared/domain/poll-schedule.ts';
import { withSample } from '../../../src/shared/ledger/duration-ledger.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const STARTS_AFTER = 1_200;

/** When a run is read until it is seen to have ended, in ms since its submit. */
function reads(durationMs: number, known: Pick<PollSituation, 'hasNotifications' | 'estimate'>): number[] {
  const atMs: number[] = [];
  for (let ageMs = 0; ageMs < durationMs; atMs.push(ageMs)) {
    ageMs += pollDelayMs({ ageMs, polls: atMs.length, started: ageMs > STARTS_AFTER, ...known });
  }
  return atMs;
}

function lagMs(durationMs: number, known: Pick<PollSituation, 'hasNotifications' | 'estimate'>): number {
  return (reads(durationMs, known).at(-1) ?? 0) - durationMs;
}

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The waiter of the official SDK without its jitter, which only makes it slower: a read at once, then after 1, 2, … 10 s. */
function sdkReads(durationMs: number): number[] {
  const atMs = [0];
  for (let step = 1; (atMs.at(-1) ?? 0) < durationMs; step++) {
    atMs.push((atMs.at(-1) ?? 0) + Math.min(step * SECOND + 400, 10 * SECOND));
  }
  return atMs;
}

const durations = [2, 5, 9, 20, 33, 60, 90, 144, 180, 400, 1_000].map((seconds) => seconds * SECOND);

it('reads no run more often than the official waiter, and from an hour on a third as often', () => {
  for (const durationMs of durations)
    expect(reads(durationMs, { hasNotifications: false }).length).toBeLessThanOrEqual(sdkReads(durationMs).length);
  for (const durationMs of [HOUR, 2 * HOUR, 6 * HOUR])
    expect(reads(durationMs, { hasNotifications: false }).length).toBeLessThan(0.35 * sdkReads(durationMs).length);
});

it('sees the end no later than the official waiter would, or within a twentieth of the length', () => {
  for (const range of [
    [5, 30],
    [30, 90],
    [90, 180],
    [180, 3_600],
    [3_600, 21_600],
  ] as const) {
    const lengths = Array.from(
      { length: 200 },
      (_, index) => (range[0] + ((range[1] - range[0]) * index) / 200) * SECOND,
    );
    const sdkLags = lengths.map((durationMs) => (sdkReads(durationMs).at(-1) ?? 0) - durationMs);
    const lags = lengths.map((durationMs) => lagMs(durationMs, { hasNotifications: false }));
    expect(meanOf(lags)).toBeLessThanOrEqual(Math.max(meanOf(sdkLags), meanOf(lengths) / 20));
  }
});

it('needs half the reads where earlier runs are known, and sees the end no later', () => {
  for (const meanMs of [6, 20, 45, 90, 150, 3_600, 20_000].map((seconds) => seconds * SECOND)) {
    // A fifth either way, spread evenly: the deviation is a fifth by the root of three.
    const estimate: DurationEstimate = { count: 20, meanMs, deviationMs: (0.2 * meanMs) / Math.sqrt(3) };
    const lengths = Array.from({ length: 100 }, (_, index) => meanMs * (0.8 + (0.4 * index) / 100));

    const polls = lengths.map((durationMs) => reads(durationMs, { hasNotifications: false, estimate }).length);
    const sdkPolls = lengths.map((durationMs) => sdkReads(durationMs).length);
    const lags = lengths.map((durationMs) => lagMs(durationMs, { hasNotifications: false, estimate }));
    const sdkLags = lengths.map((durationMs) => (sdkReads(durationMs).at(-1) ?? 0) - durationMs);
    expect(meanOf(polls)).toBeLessThanOrEqual(0.6 * meanOf(sdkPolls));
    expect(meanOf(lags)).toBeLessThanOrEqual(meanOf(sdkLags));
  }
});

/** The mean number of reads and the mean lag of the `next` runs, once others have ended. */
function learnedFrom(seconds: readonly number[], next: readonly number[]) {
  let known: DurationEstimate | undefined;
  for (const length of seconds) known = withSample(known, length * SECOND);
  const lengths = next.map((length) => length * SECOND);
  return {
    polls: meanOf(lengths.map((durationMs) => reads(durationMs, { hasNotifications: false, estimate: known }).length)),
    lagMs: meanOf(lengths.map((durationMs) => lagMs(durationMs, { hasNotifications: false, estimate: known }))),
    unlearnedLagMs: meanOf(lengths.map((durationMs) => lagMs(durationMs, { hasNotifications: false }))),
    sdkPolls: meanOf(lengths.map((durationMs) => sdkReads(durationMs).length)),
  };
}

const evenly = Array.from({ length: 71 }, (_, index) => 40 + index / 2);

it.each([
  ['take one of three ways', [40, 60.4, 75, 41, 61, 75.6, 40.3, 60, 76, 40.8, 60.9, 75.2], [40.5, 60.2, 75.4], 1_500],
  ['spread widely', [40, 52, 61, 75, 44, 70, 57, 48, 66, 73, 42, 63], evenly, 3_500],
  ['are all alike', [30.1, 30, 30.3, 30.2, 30.1, 30.4, 30, 30.2], [30, 30.1, 30.2, 30.3], 800],
] as const)('looks where the ends are likely for durations that %s', (_which, seconds, next, mostLagMs) => {
  const seen = learnedFrom(seconds, next);

  expect(seen.lagMs).toBeLessThan(mostLagMs);
  expect(seen.lagMs).toBeLessThan(seen.unlearnedLagMs);
  expect(seen.polls).toBeLessThan(0.6 * seen.sdkPolls);
});

it('follows a run that outlives all that was known, or ends long before, as one of which nothing is known', () => {
  const estimate: DurationEstimate = { count: 20, meanMs: 60 * SECOND, deviationMs: 5 * SECOND };

  expect(lagMs(HOUR, { hasNotifications: false, estimate })).toBeLessThanOrEqual(60 * SECOND);
  expect(lagMs(6 * SECOND, { hasNotifications: false, estimate })).toBeLessThanOrEqual(60 * SECOND);
});

it('leaves a run whose end will be told to the sweep, but for one look where it should have ended by now', () => {
  const estimate: DurationEstimate = { count: 20, meanMs: HOUR, deviationMs: 300 * SECOND };

  expect(reads(24 * HOUR, { hasNotifications: true })).toHaveLength(2);
  expect(reads(1.2 * HOUR, { hasNotifications: true, estimate })).toHaveLength(2);
  expect(lagMs(HOUR, { hasNotifications: true, estimate })).toBeLessThanOrEqual(HOUR / 3);
  expect(reads(2 * HOUR, { hasNotifications: true, estimate })).toHaveLength(3);
});

it('never comes back to the same moment, however the learned durations fall', () => {
  const wrongMs: number[] = [];
  for (let meanMs = 100; meanMs < 100 * SECOND; meanMs += 997.3) {
    const estimate: DurationEstimate = { count: 3, meanMs, deviationMs: meanMs / 7 };
    for (let ageMs = 0; ageMs < 2 * meanMs; ageMs += 333.3) {
      for (const hasNotifications of [true, false]) {
        const delayMs = pollDelayMs({ ageMs, polls: 1, hasNotifications, started: true, estimate });
        if (!Number.isInteger(delayMs) || delayMs < 500) wrongMs.push(delayMs);
      }
    }
  }
  expect(wrongMs).toEqual([]);
});

it('looks for the start of a run that it need not look at otherwise, ever more seldom', () => {
  const waiting = { polls: 1, hasNotifications: true, started: false };

  expect(pollDelayMs({ ...waiting, ageMs: 100 })).toBe(2 * SECOND);
  expect(pollDelayMs({ ...waiting, ageMs: 60 * SECOND })).toBe(60 * SECOND);
  expect(pollDelayMs({ ...waiting, ageMs: 300 * SECOND, sinceNotifiedMs: 0 })).toBe(2 * SECOND);
});
