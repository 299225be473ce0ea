import type { Sleep } from '../../../src/shared/async/sleep.ts';

/** A clock that only sleeping moves; `sleeps` are the lengths asked for, in ms. */
export function manualClock(startMs = 1_000_000) {
  const sleeps: number[] = [];
  let nowMs = startMs;
  const sleep: Sleep = async (ms, signal) => {
    signal?.throwIfAborted();
    sleeps.push(ms);
    nowMs += ms;
  };
  return { now: () => nowMs, sleep, sleeps, advance: (ms: number) => (nowMs += ms) };
}
