import { earliestLikelyEndMs } from './poll-schedule.ts';
import type { WatchedRun } from './watched-run.ts';

const LEAST_MS = 400;
const SHARE_OF_AGE = 1 / 40;

/**
 * When a run whose place others wait for is worth another reading, epoch ms: as soon as its end is likely, and from
 * then on so often that the place is empty for a fortieth of the time that the run has taken. `ownAtMs`: when it would
 * be read anyway.
 */
export function awaitedReadingAtMs(run: WatchedRun, ownAtMs: number, nowMs: number): number {
  if (run.notifiedAtMs !== null) return ownAtMs;
  const ageMs = nowMs - run.submittedAtMs;
  const untilLikelyMs = earliestLikelyEndMs(run.estimate) - ageMs;
  return Math.min(ownAtMs, Math.ceil(nowMs + Math.max(untilLikelyMs, LEAST_MS, ageMs * SHARE_OF_AGE)));
}
