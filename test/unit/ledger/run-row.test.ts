import { expect, it } from 'vitest';
import { recordKey, recordRange } from '../../../src/shared/ledger/run-row.ts';

const isWithin = (createdAtMs: number, [from, to]: [string, string]) => {
  const key = recordKey({ id: 'run', createdAtMs });
  return key > from && key < to;
};

it('takes in the first moment of a span and leaves out the last', () => {
  const span = recordRange(2_000, 3_000);

  expect([1_999, 2_000, 2_999, 3_000].map((epochMs) => isWithin(epochMs, span))).toEqual([false, true, true, false]);
});

it('bears spans that begin before 1970 or end after the year 2286', () => {
  for (const afterMs of [undefined, 0, 1, -1e12]) {
    for (const beforeMs of [undefined, 1e13, 8.64e15]) {
      expect(isWithin(1_795_377_008_966, recordRange(afterMs, beforeMs))).toBe(true);
    }
  }
});
