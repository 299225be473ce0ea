import { failure, type Failure } from '../domain/failure.ts';
import type { RunEnd } from './activities.ts';
import type { StageOf, TrackState } from './track-state.ts';

/** The end of a run that was canceled before Databricks had it. */
function canceledEarly({ attempt }: TrackState): RunEnd {
  const message =
    attempt === 1
      ? 'The run was canceled before it was submitted.'
      : `The run was canceled before its attempt ${attempt} was submitted.`;
  return { outcome: 'canceled', failure: failure('canceled', 'CANCELED', message) };
}

/** Closes a run that was canceled, or whose deadline passed, before its attempt was submitted. */
export function unsentEnd(
  state: TrackState,
  why: 'canceled' | 'overdue',
  unsent: 'waiting' | 'admitted',
): StageOf<'complete'> {
  const end = why === 'canceled' ? canceledEarly(state) : overdue();
  return { name: 'complete', end, tries: 0, unsent };
}

/** The end of a run that was canceled while it was active; Databricks may have called it something else. */
export function canceledWhileActive(reported: Failure | null): RunEnd {
  return { outcome: 'canceled', failure: failure('canceled', 'CANCELED', reported?.message ?? '') };
}

/** The end of a run whose deadline passed. */
export function overdue(): RunEnd {
  const message = 'The deadline passed before the run had ended.';
  return { outcome: 'timed_out', failure: failure('timeout', 'DEADLINE_EXCEEDED', message) };
}

/** The end of a run that Databricks no longer knows. */
export function lost(): RunEnd {
  const message = 'Databricks no longer knows this run.';
  return { outcome: 'lost', failure: failure('platform', 'RUN_LOST', message) };
}

/** Whether the deadline that the caller set has passed. */
export function isOverdue(state: TrackState, nowMs: number): boolean {
  return state.deadlineAtMs !== null && nowMs >= state.deadlineAtMs;
}
