import type { LearnedDuration } from '../domain/poll-schedule.ts';
import type { RunKey } from '../domain/run-record.ts';
import type { RetryPolicy } from '../domain/run-request.ts';
import type { RunEnd } from './steps.ts';

/** What an orchestration carries from one generation to the next; small, whatever the run. */
export interface TrackState {
  key: RunKey;
  workspace: string;
  taskCount: number;
  retry: RetryPolicy;
  notify: boolean;
  deadlineAtMs: number | null;
  attempt: number;
  stage: Stage;
  /** Why the run is to be stopped; a deadline that fires after a cancel changes nothing. */
  stop: 'cancel' | 'deadline' | null;
}

/** Where the run is on its way: admit, submit, follow, complete, tell. A retry begins again at the first. */
export type Stage =
  | { name: 'admit'; ticket: number | null }
  | { name: 'submit'; tries: number; sent: boolean }
  | {
      name: 'follow';
      runId: string;
      submittedAtMs: number;
      pushed: boolean;
      learned: LearnedDuration | null;
      polls: number;
      /** When the run was last told to stop, epoch ms. */
      canceledAtMs: number | null;
    }
  | { name: 'complete'; end: RunEnd; tries: number }
  | { name: 'back_off'; untilMs: number; begun: boolean }
  | { name: 'tell'; end: RunEnd; tries: number }
  | { name: 'done'; end: RunEnd };

/** The input of a new orchestration for a run that has been accepted. */
export function newTrackState(
  run: Pick<TrackState, 'key' | 'workspace' | 'taskCount' | 'retry' | 'notify' | 'deadlineAtMs' | 'attempt'>,
): TrackState {
  return { ...run, stage: { name: 'admit', ticket: null }, stop: null };
}
