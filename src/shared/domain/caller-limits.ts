/** How much one caller may have of a workspace; null where nothing limits it. */
export interface CallerLimits {
  /** Runs that are accepted within an hour. */
  runsPerHour: number | null;
  /** Runs that wait for admission. */
  queued: number | null;
  /** Runs that are admitted and have not ended. */
  active: number | null;
  /** SQL statements that are executed at once. */
  concurrentSql: number | null;
}

/** Those of a caller for whom the policy names none. */
export const NO_CALLER_LIMITS: CallerLimits = { runsPerHour: null, queued: null, active: null, concurrentSql: null };

/** Whether one more is allowed where there are `count` already. */
export function allowsOneMore(limit: number | null, count: number): boolean {
  return limit === null || count < limit;
}
