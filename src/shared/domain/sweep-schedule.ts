const MINUTE_MS = 60_000;

/** How many minutes are between two sweeps. */
const INTERVAL_MINUTES = 5;

/**
 * A process this young sweeps every minute: it may be a deploy that has ended orchestrations, each of them when it next
 * woke, which takes up to a minute.
 */
const YOUNG_MS = 5 * MINUTE_MS;

/**
 * Whether a timer that fires every minute is to sweep now, in a process that began at `openedAtMs`; times are epoch ms.
 */
export function isSweepDue(nowMs: number, openedAtMs: number, isPastDue: boolean): boolean {
  // A timer may fire a moment early.
  const minute = Math.round(nowMs / MINUTE_MS);
  return isPastDue || nowMs - openedAtMs < YOUNG_MS || minute % INTERVAL_MINUTES === 0;
}
