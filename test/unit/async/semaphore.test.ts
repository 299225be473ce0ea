import { expect, it } from 'vitest';
import { createSemaphore } from '../../../src/shared/async/semaphore.ts';

it('lets only so many run at once, in order, and goes on after a failure', async () => {
  const semaphore = createSemaphore(2);
  const begun: number[] = [];
  const works = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const results = works.map(({ promise }, index) =>
    semaphore(async () => {
      begun.push(index);
      await promise;
      return index;
    }),
  );

  expect(begun).toEqual([0, 1]);
  works[1]!.reject(new Error('It failed.'));
  await expect(results[1]).rejects.toThrow('It failed.');
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of works) resolve();
  expect(await Promise.all(results.toSpliced(1, 1))).toEqual([0, 2, 3, 4]);
});
