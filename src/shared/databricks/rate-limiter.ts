import type { Sleep } from '../async/sleep.ts';

/**
 * Requests a second that Databricks allows for a workspace.
 * @see {@link https://learn.microsoft.com/azure/databricks/resources/limits}
 */
const DOCUMENTED_RATES: Readonly<Record<string, number>> = {
  'runs/submit': 35,
  'runs/get': 100,
  'runs/get-output': 20,
  'run-now': 20,
  'runs/list': 30,
  'runs/cancel': 10,
  'runs/repair': 5,
  'jobs/get': 20,
  'jobs/list': 20,
};

/** A pause is bounded: a call that is let through after it may get a 429 of its own. */
const MAX_PAUSE_MS = 30_000;

/** Nine tenths as a steady pace and one tenth at once make no second fuller than documented. */
const STEADY_SHARE = 0.9;
const BURST_SHARE = 0.1;

/** Keeps the calls of one process below the documented rates of a workspace. */
export interface RateLimiter {
  /**
   * Waits for the operation's turn, first come, first served. Returns false at once, and takes none, where that would
   * come after `notAfterMs`.
   */
  turn(
    operation: string,
    options?: { signal?: AbortSignal | undefined; notAfterMs?: number | undefined },
  ): Promise<boolean>;
  /** Holds all calls of the operation back: Databricks said that there are too many. */
  pause(operation: string, ms: number): void;
}

/** A generic cell rate algorithm per operation; operations without a documented rate are not paced. */
export function createRateLimiter({ now, sleep }: { now: () => number; sleep: Sleep }): RateLimiter {
  const dueAtMs = new Map<string, number>();
  const toleranceMs = (rate: number) => Math.max(0, Math.floor(rate * BURST_SHARE) - 1) * intervalMs(rate);

  return {
    async turn(operation, { signal, notAfterMs = Infinity } = {}) {
      const rate = DOCUMENTED_RATES[operation];
      if (rate === undefined) return now() <= notAfterMs;
      const due = Math.max(dueAtMs.get(operation) ?? 0, now());
      if (Math.max(due - toleranceMs(rate), now()) > notAfterMs) return false;
      dueAtMs.set(operation, due + intervalMs(rate));
      const waitMs = due - toleranceMs(rate) - now();
      if (waitMs > 0) await sleep(waitMs, signal);
      return now() <= notAfterMs;
    },
    pause(operation, ms) {
      const rate = DOCUMENTED_RATES[operation];
      if (rate === undefined) return;
      const resumeAtMs = now() + Math.min(ms, MAX_PAUSE_MS) + toleranceMs(rate);
      dueAtMs.set(operation, Math.max(dueAtMs.get(operation) ?? 0, resumeAtMs));
    },
  };
}

function intervalMs(rate: number): number {
  return 1_000 / (rate * STEADY_SHARE);
}
