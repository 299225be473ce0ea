import { expect, it } from 'vitest';
import { experienceOf } from '../../../src/shared/domain/watch-experience.ts';
import { planReadings } from '../../../src/shared/domain/watch-plan.ts';
import { nextListingAtMs, nextReadingAtMs, type WatchedRun } from '../../../src/shared/domain/watched-run.ts';

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
