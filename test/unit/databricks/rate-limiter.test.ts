import { expect, it } from 'vitest';
import { createRateLimiter } from '../../../src/shared/databricks/rate-limiter.ts';
import { manualClock } from './manual-clock.ts';

/** When each of `count` calls that come at once gets its turn, in ms from now. */
async function turns(operation: string, count: number, pauseMs = 0): Promise<number[]> {
  const clock = manualClock(0);
  const at: number[] = [];
  const rateLimiter = createRateLimiter({
    now: () => 0,
    sleep: async (ms) => {
      at.push(ms);
    },
  });
  if (pauseMs > 0) rateLimiter.pause(operation, pauseMs);
  for (let index = 0; index < count; index++) {
    const before = at.length;
    await rateLimiter.turn(operation);
    if (at.length === before) at.push(clock.now());
  }
  return at;
}

it.each([
  ['runs/submit', 35],
  ['runs/get', 100],
  ['runs/get-output', 20],
  ['run-now', 20],
  ['runs/list', 30],
  ['runs/cancel', 10],
  ['runs/repair', 5],
])('keeps %s below %i in any second, in order', async (operation, rate) => {
  const at = await turns(operation, rate * 10);
  const fullest = Math.max(...at.map((start) => at.filter((time) => time >= start && time < start + 1_000).length));

  expect(at).toEqual(at.toSorted((left, right) => left - right));
  expect(fullest).toBeLessThanOrEqual(rate);
  expect(at.at(-1)).toBeLessThan(12_000);
});

it('lets a lone call through at once', async () => {
  expect(await turns('runs/repair', 1)).toEqual([0]);
});

it('does not pace what has no documented rate', async () => {
  expect(await turns('sql/statements', 3)).toEqual([0, 0, 0]);
});

it('holds everybody back while Databricks says so, but not for ever', async () => {
  const [first, second] = await turns('runs/get', 2, 5_000);
  const [late] = await turns('runs/get', 1, 3_600_000);

  expect(first).toBeCloseTo(5_000);
  expect(second).toBeGreaterThanOrEqual(first ?? 0);
  expect(late).toBeCloseTo(30_000);
  expect(await turns('sql/statements', 1, 5_000)).toEqual([0]);
});
