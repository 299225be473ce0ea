import { expect, it } from 'vitest';
import { experienceOf, usualDuration } from '../../../src/shared/domain/watch-experience.ts';
import { planReadings, runsWithin, waitForMoreMs } from '../../../src/shared/domain/watch-plan.ts';
import {
  mayEndSoon,
  nextListingAtMs,
  nextReadingAtMs,
  type WatchedRun,
} from '../../../src/shared/domain/watched-run.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NOW = Date.UTC(2026, 5, 1);
const LEARNED = { count: 5, meanMs: 720 * SECOND, deviationMs: 5 * SECOND };

function watched(ageMs: number, changes: Partial<WatchedRun> = {}): WatchedRun {
  const submittedAtMs = NOW - ageMs;
  return {
    key: { id: String(ageMs), createdAtMs: submittedAtMs },
    runId: String(ageMs),
    submittedAtMs,
    startedAtMs: submittedAtMs,
    estimate: null,
    workKey: 'work',
    started: true,
    notifiedAtMs: null,
    seen: '',
    recordedAtMs: submittedAtMs,
    ...changes,
  };
}

function many(count: number, apartMs: number): WatchedRun[] {
  return Array.from({ length: count }, (_, index) => watched(10 * MINUTE + index * apartMs));
}

it('reads a run that is alone by itself', () => {
  expect(planReadings([watched(MINUTE)], null, NOW)).toMatchObject([{ by: 'get' }]);
});

it('reads by one list the runs that began near each other', () => {
  const runs = many(60, SECOND);
  const [reading, ...others] = planReadings(runs, null, NOW);

  expect(others).toEqual([]);
  expect(reading).toMatchObject({ by: 'list' });
  expect(reading?.runs).toHaveLength(60);
});

it('reads runs by themselves where others run so many that a list has more pages', () => {
  const experience = experienceOf(2_000, { fromMs: 0, toMs: MINUTE }, NOW + MINUTE);

  expect(planReadings(many(60, SECOND), experience, NOW)).toMatchObject([{ by: 'get' }]);
  expect(planReadings(many(60, SECOND), experience, NOW + MINUTE)).toMatchObject([{ by: 'list' }]);
});

it('lists apart the runs that have more than a page of others between them', () => {
  const experience = experienceOf(100, { fromMs: 0, toMs: 100 * SECOND }, NOW + MINUTE);
  const runs = [watched(MINUTE), watched(MINUTE + SECOND), watched(20 * MINUTE), watched(20 * MINUTE + SECOND)];

  expect(planReadings(runs, experience, NOW).map(({ by, runs: each }) => [by, each.length])).toEqual([
    ['list', 2],
    ['list', 2],
  ]);
});

it('lists from before the submit of a run whose beginning is not known yet', () => {
  const runs = [watched(10 * SECOND, { startedAtMs: null }), watched(11 * SECOND, { startedAtMs: null })];
  const [reading] = planReadings(runs, null, NOW);

  expect(reading).toMatchObject({ by: 'list', fromMs: NOW - 13 * SECOND });
});

it('reads a run whose end is near more often where a list shows many', () => {
  const run = watched(720 * SECOND, { estimate: LEARNED });
  const ownMs = nextReadingAtMs(run, NOW);

  expect(nextListingAtMs(run, { pages: 1, runs: 1 }, NOW)).toBe(ownMs);
  expect(nextListingAtMs(run, { pages: 2, runs: 50 }, NOW)).toBeLessThan(ownMs);
  expect(nextListingAtMs(watched(MINUTE, { estimate: LEARNED }), { pages: 2, runs: 50 }, NOW)).toBe(NOW + MINUTE);
});

it('fills the last page of a list up with runs that began before, so that they are due together from then on', () => {
  const all = many(60, SECOND);
  const due = all.slice(0, 4);
  const [reading] = planReadings(due, null, NOW, all);

  expect(reading).toMatchObject({ by: 'list', runs: due.toReversed() });
  const within = reading?.by === 'list' ? runsWithin(all, reading) : [];
  expect(within.length).toBeGreaterThan(15);
  expect(within.length).toBeLessThanOrEqual(25);
});

it('lists many runs in parts, so that the first ends are read while others are listed', () => {
  const plan = planReadings(many(500, SECOND), null, NOW);

  expect(plan.length).toBeGreaterThanOrEqual(5);
  expect(plan.flatMap(({ runs }) => runs)).toHaveLength(500);
});

it('waits a moment for more before it lists a few of many', () => {
  const few = { by: 'list', runs: many(3, SECOND), fromMs: 0, toMs: 1 } as const;

  expect(waitForMoreMs(few, { watched: 2_000, urgent: true })).toBe(1_500);
  expect(waitForMoreMs(few, { watched: 2_000, urgent: false })).toBe(10_000);
  expect(waitForMoreMs(few, { watched: 5, urgent: true })).toBe(-Infinity);
});

it('takes the latest ends of a workspace for what is not known of a work', () => {
  const usual = usualDuration(Array.from({ length: 30 }, (_, index) => 10 * MINUTE + index * SECOND));

  expect(mayEndSoon(watched(MINUTE), usual, NOW)).toBe(false);
  expect(mayEndSoon(watched(10 * MINUTE), usual, NOW)).toBe(true);
  expect(usualDuration([MINUTE, MINUTE])).toBeNull();
});
