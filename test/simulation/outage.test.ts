import { expect, it } from 'vitest';
import { simulateOutage } from '../../bench/outage/outage.ts';

const MINUTE = 60_000;

it.each([
  ['503', 1_500, 10],
  ['503', 1_900, 30],
  ['429', 1_900, 30],
  ['429', 10, 60],
] as const)('has created all runs within five minutes of an outage: %s, %i runs, %i min', (kind, runs, minutes) => {
  const { counted, createdAfterMs } = simulateOutage(kind, runs, minutes * MINUTE);

  expect(createdAfterMs).toHaveLength(runs);
  expect(Math.max(...createdAfterMs)).toBeLessThan(5 * MINUTE);
  // An attempt is one creation at most, however often it was sent.
  expect(counted).toBe(runs);
});
