import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sleep } from '../../../src/shared/async/sleep.ts';
import { LocalWatchers } from '../../../src/shared/durable/local-watchers.ts';

const HOUR_MS = 3_600_000;

it('ends the sleep of a watcher for a run that is due sooner', async () => {
  const watchers = new LocalWatchers();
  const watcher = watchers.begin('default');
  const asleep = watcher.sleepUntil(Date.now() + HOUR_MS, { leastMs: 0, now: Date.now, sleep });
  await delay(1);

  expect(watchers.wake('default', Date.now())).toBe(true);
  await asleep;
  expect(watcher.takeWake()).toBe(true);
  expect(watcher.takeWake()).toBe(false);
});

it('ends a watcher of a workspace that another one begins for', async () => {
  const watchers = new LocalWatchers();
  const first = watchers.begin('default');
  const asleep = first.sleepUntil(Date.now() + HOUR_MS, { leastMs: 0, now: Date.now, sleep });
  const second = watchers.begin('default');
  await asleep;
  first.end();

  expect([first.isOver, second.isOver]).toEqual([true, false]);
  expect(watchers.wake('default', 0)).toBe(true);
});

it('reaches no watcher that has ended, nor one of another workspace', () => {
  const watchers = new LocalWatchers();
  watchers.begin('default').end();
  watchers.begin('other');

  expect(watchers.wake('default', 0)).toBe(false);
});

it('lets five watchers stay for long, and another when one of them has ended', () => {
  const watchers = new LocalWatchers();
  const [first, ...others] = Array.from({ length: 6 }, (_, index) => watchers.begin(`w${index}`));
  first?.end();

  expect(others.map(({ isLong }) => isLong)).toEqual([true, true, true, true, false]);
  expect(watchers.begin('next').isLong).toBe(true);
});
