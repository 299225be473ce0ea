import { expect, test } from 'vitest';
import { createClock } from '../clock.ts';

test('passes X emulated seconds in one real second', async () => {
  const clock = createClock({ scale: 10_000 });
  const before = clock.now();
  // Not within the test's time, were a second a second.
  await clock.sleep(600_000);
  expect(clock.now() - before).toBeGreaterThanOrEqual(600_000);
  clock.stop();
});

test('an advance lets a chain of timers happen in order, each at its own time', () => {
  const clock = createClock();
  const start = clock.now();
  const seen: [string, number][] = [];
  clock.at(start + 60_000, () => {
    seen.push(['first', clock.now() - start]);
    clock.at(clock.now() + 60_000, () => seen.push(['third', clock.now() - start]));
  });
  clock.at(start + 90_000, () => seen.push(['second', clock.now() - start]));
  clock.at(start + 600_000, () => seen.push(['never', 0]));
  clock.advance(300_000);
  expect(seen).toEqual([
    ['first', 60_000],
    ['second', 90_000],
    ['third', 120_000],
  ]);
  expect(clock.now() - start).toBeGreaterThanOrEqual(300_000);
  clock.stop();
});

test('a timer that was called off does not happen', () => {
  const clock = createClock();
  let happened = false;
  const callOff = clock.at(clock.now() + 1_000, () => (happened = true));
  callOff();
  clock.advance(2_000);
  expect(happened).toBe(false);
  clock.stop();
});

test('a sleep ends with the reason of its signal', async () => {
  const clock = createClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(1_000_000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  clock.stop();
});

test('keeps ten thousand timers in order', () => {
  const clock = createClock();
  const start = clock.now();
  const seen: number[] = [];
  for (let index = 0; index < 10_000; index++) {
    const delayMs = (index * 7_919) % 100_003;
    clock.at(start + delayMs, () => seen.push(delayMs));
  }
  clock.advance(200_000);
  expect(seen).toHaveLength(10_000);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  clock.stop();
});
