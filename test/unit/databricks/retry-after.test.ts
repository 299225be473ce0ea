import { expect, it } from 'vitest';
import { retryAfterMs } from '../../../src/shared/databricks/retry-after.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

it.each([
  ['0', 0],
  ['7', 7_000],
  [' 30 ', 30_000],
  ['9999999999', 86_400_000],
  ['Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['-1', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['not a date GMT', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads %s as %s ms', (header, ms) => {
  expect(retryAfterMs(header, NOW_MS)).toBe(ms);
});
