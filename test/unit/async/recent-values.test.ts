import { expect, it, vi } from 'vitest';
import { RecentValues } from '../../../src/shared/async/recent-values.ts';

it('shares one read among those who ask within the time, and reads again after it', async () => {
  let nowMs = 0;
  const values = new RecentValues<number>(() => nowMs, { maxAgeMs: 10, maxKeys: 5 });
  const read = vi.fn<() => Promise<number>>().mockResolvedValueOnce(1).mockResolvedValueOnce(2);

  expect(await Promise.all([values.get('a', read), values.get('a', read)])).toEqual([1, 1]);
  nowMs = 9;
  expect(await values.get('a', read)).toBe(1);
  nowMs = 10;
  expect(await values.get('a', read)).toBe(2);
  expect(read).toHaveBeenCalledTimes(2);
});

it('keeps neither what failed nor more keys than it may', async () => {
  const values = new RecentValues<number>(() => 0, { maxAgeMs: 10, maxKeys: 2 });
  await expect(values.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await values.get('a', () => Promise.resolve(1))).toBe(1);

  await values.get('b', () => Promise.resolve(2));
  await values.get('c', () => Promise.resolve(3));

  expect(await values.get('a', () => Promise.resolve(4))).toBe(4);
  expect(await values.get('c', () => Promise.resolve(5))).toBe(3);
});
