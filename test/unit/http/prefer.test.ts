import { expect, it } from 'vitest';
import { booleanParameter, preferredWaitMs } from '../../../src/shared/http/prefer.ts';

it.each([
  [null, 0],
  ['wait=10', 10_000],
  ['respond-async, wait=5', 5_000],
  ['WAIT = 7', 7_000],
  ['wait="3"', 3_000],
  ['wait=600', 60_000],
  ['wait=-1', 0],
  ['wait=soon', 0],
  ['await=9', 0],
])('reads Prefer %j as %i ms', (prefer, waitMs) => {
  expect(preferredWaitMs(prefer)).toBe(waitMs);
});

it('takes true, false and nothing for a flag, and refuses other words', () => {
  const query = new URLSearchParams('a=true&b=false&c=&d=yes');

  expect(['a', 'b', 'c', 'e'].map((name) => booleanParameter(query, name))).toEqual([true, false, true, false]);
  expect(() => booleanParameter(query, 'd')).toThrow(
    expect.objectContaining({ status: 400, extras: { errors: [expect.objectContaining({ path: '/d' })] } }),
  );
});
