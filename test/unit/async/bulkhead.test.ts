import { expect, it } from 'vitest';
import { Bulkhead, type BulkheadLimits } from '../../../src/shared/async/bulkhead.ts';

function clockedBulkhead(limits: Omit<BulkheadLimits, 'now'>) {
  const clock = { nowMs: 0 };
  return { clock, bulkhead: new Bulkhead({ ...limits, now: () => clock.nowMs }) };
}

it('turns away what does not fit for its key, at once, and lets other keys through', async () => {
  const { bulkhead } = clockedBulkhead({ atOnce: 2, inAll: 3 });
  const silent = Promise.withResolvers<string>();
  const held = [bulkhead.run('silent', () => silent.promise), bulkhead.run('silent', () => silent.promise)];

  expect(await bulkhead.run('silent', async () => 'never')).toMatchObject({ kind: 'busy' });
  expect(await bulkhead.run('other', async () => 'done')).toEqual({ kind: 'done', result: 'done' });

  held.push(bulkhead.run('third', () => silent.promise));
  expect(await bulkhead.run('other', async () => 'never')).toMatchObject({ kind: 'busy' });
  silent.resolve('at last');
  await Promise.all(held);
  expect(await bulkhead.run('silent', async () => 'done')).toEqual({ kind: 'done', result: 'done' });
});

it("keeps places for others than an owner, however many keys the owner's work has", async () => {
  const { bulkhead } = clockedBulkhead({ atOnce: 2, inAll: 3, forOwner: 2 });
  const silent = Promise.withResolvers<string>();
  const held = ['a', 'b'].map((key) => bulkhead.run(key, () => silent.promise, 'greedy'));

  expect(await bulkhead.run('c', async () => 'never', 'greedy')).toMatchObject({ kind: 'busy' });
  expect(await bulkhead.run('a', async () => 'done', 'other')).toEqual({ kind: 'done', result: 'done' });
  silent.resolve('at last');
  await Promise.all(held);
  expect(await bulkhead.run('c', async () => 'done', 'greedy')).toEqual({ kind: 'done', result: 'done' });
});

it('gives a place back whatever the work throws', async () => {
  const { bulkhead } = clockedBulkhead({ atOnce: 1, inAll: 1 });
  await expect(bulkhead.run('a', () => Promise.reject(new Error('It failed.')))).rejects.toThrow('It failed.');

  expect(await bulkhead.run('a', async () => 1)).toEqual({ kind: 'done', result: 1 });
});

it('gives those that it turns away times one after the other, as fast as work gets done', async () => {
  const { clock, bulkhead } = clockedBulkhead({ atOnce: 2, inAll: 2 });
  for (let times = 0; times < 40; times++) {
    await bulkhead.run('a', async () => {
      clock.nowMs += 6_000;
    });
  }

  const times = Array.from({ length: 4 }, () => bulkhead.turnAway('a').againMs);

  const [first, second, third, fourth] = times as [number, number, number, number];
  expect(first).toBe(1_000);
  for (const gap of [second - first, third - second, fourth - third]) expect(gap).toBeCloseTo(3_000, -2);
});

it('sends nobody away for more than ten minutes', () => {
  const { bulkhead } = clockedBulkhead({ atOnce: 1, inAll: 1 });
  for (let times = 0; times < 20_000; times++) bulkhead.turnAway('a');

  expect(bulkhead.turnAway('a')).toEqual({ kind: 'busy', againMs: 600_000 });
});
