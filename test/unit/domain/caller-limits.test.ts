import { expect, it } from 'vitest';
import { allowsOneMore, NO_CALLER_LIMITS } from '../../../src/shared/domain/caller-limits.ts';

it('allows as many as the limit says, and any number where there is none', () => {
  expect([0, 1, 2, 3].map((count) => allowsOneMore(2, count))).toEqual([true, true, false, false]);
  expect(allowsOneMore(0, 0)).toBe(false);
  expect(Object.values(NO_CALLER_LIMITS).every((limit) => allowsOneMore(limit, 1_000_000))).toBe(true);
});
