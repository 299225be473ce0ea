import { expect, it } from 'vitest';
import type { AdmissionLimits } from '../../src/shared/domain/admission.ts';
import { runQueue, type Going } from '../support/waiting-queue.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** What an entity serves on Azure Storage is about 64 operations a second. */
const SERVED_PER_SECOND = 64;

/** The limits of a gateway that is not told otherwise. */
const limits: AdmissionLimits = {
  maxConcurrentTasks: 1_900,
  creationsPerWindow: 9_500,
  windowMs: HOUR,
  perSecond: { submit: 30, run_now: 17, repair: 4 },
};

/** 59 a second, until 50,000 wait. */
const ARRIVED_MS = 50_000 * 17;
const arrivesMs = (run: number) => run * 17;

/** The most that asked in any ten minutes after all had come, in a second. */
function busiest(asksAtMs: readonly number[]): number {
  const minutes: number[] = [];
  for (const atMs of asksAtMs) {
    const tenMinutes = Math.floor((atMs - ARRIVED_MS) / (600 * SECOND));
    if (tenMinutes >= 0) minutes[tenMinutes] = (minutes[tenMinutes] ?? 0) + 1;
  }
  return Math.max(...minutes.map((count) => count / 600));
}

function displacement(gone: readonly Going[]): number[] {
  const rank = new Map(
    gone
      .map(({ run }) => run)
      .toSorted((one, other) => one - other)
      .map((run, place) => [run, place]),
  );
  return gone.map(({ run }, place) => Math.abs((rank.get(run) ?? 0) - place)).toSorted((one, other) => one - other);
}

function lastAtMs(gone: readonly Going[]): number {
  return Math.max(...gone.slice(-5_000).map(({ atMs }) => atMs));
}

it('serves 50,000 runs that wait for the window, in order, and uses the window', () => {
  const { gone, asksAtMs } = runQueue(limits, { runs: 50_000, arrivesMs, durationMs: () => 60 * SECOND });

  expect(busiest(asksAtMs)).toBeLessThan(SERVED_PER_SECOND * 0.75);
  // 47,500 take five windows; the rest of the sixth is let through as it opens.
  const fiveWindows = gone.map(({ atMs }) => atMs).toSorted((one, other) => one - other)[47_500] ?? 0;
  expect(fiveWindows).toBeLessThan((5 * HOUR) / 0.95);
  expect(displacement(gone)[Math.floor(0.95 * gone.length)]).toBeLessThan(10);
});

it.each([6, 7])('uses a window of a minute by runs of %i s, though timers fire on whole seconds', (seconds) => {
  const minute = { ...limits, maxConcurrentTasks: 100, creationsPerWindow: 300, windowMs: 60 * SECOND };
  const { gone } = runQueue(minute, {
    runs: 2_000,
    arrivesMs,
    durationMs: () => seconds * SECOND,
    // What takes up to 300 ms more is the message.
    asksAtMs: (atMs, run) => Math.ceil(atMs / SECOND) * SECOND + ((run * 7_919) % 300),
  });

  const createdAtMs = gone.map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  const sixWindowsMs = (createdAtMs[6 * 300] ?? Infinity) - (createdAtMs[0] ?? 0);
  expect((6 * 60 * SECOND) / sixWindowsMs).toBeGreaterThan(0.95);
  expect(createdAtMs.filter((atMs, run) => atMs - (createdAtMs[run - 300] ?? -Infinity) < 60 * SECOND)).toEqual([]);
});

it('serves 50,000 runs that wait for places, whose ends nobody knows, and leaves none empty', () => {
  const durationMs = (run: number) => ((run * 7_919) % 4_000) * SECOND;
  const { gone, asksAtMs } = runQueue(limits, { runs: 50_000, arrivesMs, durationMs, untilMs: 4 * HOUR });

  expect(busiest(asksAtMs)).toBeLessThan(SERVED_PER_SECOND * 0.75);
  const work = gone.filter(({ atMs }) => atMs > HOUR && atMs < 4 * HOUR);
  const heldMs = work.reduce((sum, { atMs, endMs }) => sum + Math.min(endMs, 4 * HOUR) - atMs, 0);
  const before = gone.filter(({ atMs, endMs }) => atMs <= HOUR && endMs > HOUR);
  const carriedMs = before.reduce((sum, { endMs }) => sum + Math.min(endMs, 4 * HOUR) - HOUR, 0);
  expect((heldMs + carriedMs) / (3 * HOUR * limits.maxConcurrentTasks)).toBeGreaterThan(0.95);
  expect(displacement(gone)[Math.floor(0.95 * gone.length)]).toBeLessThan(2);
});

it('serves a queue whose places all become free at once, every hour', () => {
  const { gone, asksAtMs } = runQueue(limits, { runs: 12_000, arrivesMs, durationMs: () => HOUR });

  expect(busiest(asksAtMs)).toBeLessThan(SERVED_PER_SECOND * 0.75);
  // 12,000 are 7 times what may be at work at once.
  expect(lastAtMs(gone)).toBeLessThan((6 * HOUR) / 0.95);
});

it.each([
  { who: 'the newest', picks: (run: number) => run >= 21_000 },
  { who: 'every second', picks: (run: number) => run % 2 === 1 },
])('keeps the order and its pace when $who give up', ({ picks }) => {
  const cancel = { atMs: HOUR, picks };
  const { gone, asksAtMs } = runQueue(limits, { runs: 30_000, arrivesMs, durationMs: () => 60 * SECOND, cancel });

  expect(busiest(asksAtMs)).toBeLessThan(SERVED_PER_SECOND);
  expect(displacement(gone)[Math.floor(0.9 * gone.length)]).toBeLessThan(100);
  const windows = Math.floor(gone.length / limits.creationsPerWindow);
  expect(gone.map(({ atMs }) => atMs).toSorted((one, other) => one - other)[windows * 9_500]).toBeLessThan(
    (windows * HOUR) / 0.95,
  );
});

it('lets the one run of a caller go within seconds, though 10,000 of another wait, and keeps the order of each', () => {
  const places = { ...limits, maxConcurrentTasks: 100 };
  const lone = 10_000;
  const { gone } = runQueue(places, {
    runs: lone + 1,
    arrivesMs: (run) => (run === lone ? 600 * SECOND : run * 17),
    durationMs: () => 60 * SECOND,
    caller: (run) => (run === lone ? 'b' : 'a'),
    untilMs: HOUR,
  });

  const going = gone.find(({ run }) => run === lone);
  expect(going?.atMs).toBeLessThan(610 * SECOND);
  const ofOne = gone.filter(({ run }) => run !== lone);
  expect(displacement(ofOne)[Math.floor(0.95 * ofOne.length)]).toBeLessThan(2);
});

it('lets those behind go on soon when all in front give up', () => {
  const cancel = { atMs: HOUR / 2, picks: (run: number) => run < 14_000 };
  const { gone } = runQueue(limits, { runs: 20_000, arrivesMs, durationMs: () => 60 * SECOND, cancel });

  expect(gone.length).toBeGreaterThan(15_000);
  expect(gone.length).toBeLessThan(2 * limits.creationsPerWindow);
  expect(lastAtMs(gone)).toBeLessThan(1.6 * HOUR);
});
