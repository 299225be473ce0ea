import { expect, it } from 'vitest';
import { CallRate } from '../../../src/shared/async/call-rate.ts';

/** A clock that moves on by what is slept. */
function clocked() {
  let nowMs = 1_000_000;
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  return { now: () => nowMs, sleep };
}

it('lets calls begin at once until a second is full, and never more within any second', async () => {
  const clock = clocked();
  const rate = new CallRate(clock);
  const begunMs: number[] = [];
  for (let call = 0; call < 20; call++) {
    await rate.turn(6);
    begunMs.push(clock.now());
  }

  expect(begunMs.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => begunMs[0]));
  const fullest = begunMs.map((fromMs) => begunMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 1_000).length);
  expect(Math.max(...fullest)).toBe(6);
});
