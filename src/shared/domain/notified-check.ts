const MINUTE_MS = 60_000;
const FIRST_MS = 5 * MINUTE_MS;
const LONGEST_MS = 60 * MINUTE_MS;

/** Sweeps come every five minutes, not quite on the second: one that is a little early serves as well. */
const LEEWAY_MS = 30_000;

/**
 * Whether it is time to make sure that a run of whose end Databricks will notify has not ended without a notification:
 * after five minutes, then whenever the run is twice as old, at least once an hour. Times are epoch ms; `checkedAtMs`
 * is when the run was last seen at Databricks.
 */
export function isNotifiedCheckDue(run: { submittedAtMs: number; checkedAtMs: number }, nowMs: number): boolean {
  const ageMs = run.checkedAtMs - run.submittedAtMs;
  const waitMs = Math.min(Math.max(ageMs, FIRST_MS), LONGEST_MS);
  return nowMs - run.checkedAtMs >= waitMs - LEEWAY_MS;
}
