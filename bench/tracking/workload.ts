import { seededRandom } from '../chaos/scenario.ts';

/** One run that somebody waits for. */
export interface TrackedRun {
  notebook: string;
  durationMs: number;
}

/** Runs of five notebooks, one after the other; each notebook's durations vary by a fifth around its own. */
export function workload(means: readonly number[], count: number, seed: number): TrackedRun[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const notebook = index % means.length;
    return {
      notebook: `/Simulated/tracking-${notebook}`,
      durationMs: Math.round((means[notebook] ?? 0) * (0.8 + 0.4 * random()) * 1_000),
    };
  });
}

/** Runs of one notebook that take one of several ways, each within a second of its own length. */
export function mixed(seconds: readonly number[], count: number, seed: number): TrackedRun[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const length = seconds[Math.floor(random() * seconds.length)] ?? 0;
    return { notebook: '/Simulated/mixed', durationMs: Math.round((length + random()) * 1_000) };
  });
}

/** How one way of waiting did: calls of `runs/get` for each run, and how late each end was seen. */
export interface Tracking {
  name: string;
  runs: number;
  /** Reads of the run (`runs/get`) by run, in the mean. */
  polls: number;
  /** All calls by run: submit, reads, output, and its share of what the sweep lists. */
  calls: number;
  meanLagMs: number;
  p95LagMs: number;
}

export function tracking(name: string, polls: number, calls: number, lagsMs: readonly number[]): Tracking {
  const sorted = lagsMs.toSorted((left, right) => left - right);
  return {
    name,
    runs: lagsMs.length,
    polls: polls / lagsMs.length,
    calls: calls / lagsMs.length,
    meanLagMs: sorted.reduce((sum, lagMs) => sum + lagMs, 0) / sorted.length,
    p95LagMs: sorted[Math.min(Math.floor(sorted.length * 0.95), sorted.length - 1)] ?? 0,
  };
}
