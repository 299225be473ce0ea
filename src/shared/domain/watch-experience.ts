import type { DurationEstimate } from './poll-schedule.ts';

/** A span of start times, epoch ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** What the last lists showed of a workspace; others may run there too. */
export interface ListExperience {
  /** Active runs for each ms of the start times that were listed. */
  runsPerMs: number;
  /** Until when that is believed, epoch ms. */
  untilMs: number;
}

/** What the readings of a workspace have shown so far. */
export interface WatchExperience {
  /** Null before the first list. */
  list: ListExperience | null;
  /** How long the runs took that were seen to end last, in the order of their ends. */
  recentEndsMs: readonly number[];
}

/** What a watcher knows that has read nothing yet. */
export const NO_EXPERIENCE: WatchExperience = { list: null, recentEndsMs: [] };

/** What a list of so many active runs says of lists to come. */
export function experienceOf(listed: number, span: Span, untilMs: number): ListExperience {
  return { runsPerMs: listed / Math.max(span.toMs - span.fromMs, 1), untilMs };
}

/** So many ends show what runs of a workspace are like. */
const USUAL_FROM = 10;

/** What the runs that ended last say of others; null while they are too few. */
export function usualDuration(recentEndsMs: readonly number[]): DurationEstimate | null {
  const count = recentEndsMs.length;
  if (count < USUAL_FROM) return null;
  const meanMs = recentEndsMs.reduce((sum, each) => sum + each, 0) / count;
  const variance = recentEndsMs.reduce((sum, each) => sum + (each - meanMs) ** 2, 0) / count;
  return { count, meanMs, deviationMs: Math.sqrt(variance), recentMs: recentEndsMs };
}
