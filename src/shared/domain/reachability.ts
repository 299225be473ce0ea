/** How long failures are borne before a run is called unreachable. */
const UNREACHABLE_AFTER_MS = 60_000;

/** Since when Databricks could not be reached for a run, epoch ms; shown to its owner only after a minute. */
export interface Reachability {
  failingSinceMs: number | null;
  unreachableSinceMs: number | null;
}

/** What is known after one more try that began at `begunAtMs` and has failed by now. */
export function afterFailure({ failingSinceMs }: Reachability, begunAtMs: number, nowMs: number): Reachability {
  const sinceMs = failingSinceMs ?? begunAtMs;
  return { failingSinceMs: sinceMs, unreachableSinceMs: nowMs - sinceMs >= UNREACHABLE_AFTER_MS ? sinceMs : null };
}

/** Databricks responded the last time it was read. */
export const REACHED: Reachability = { failingSinceMs: null, unreachableSinceMs: null };
