import type { CreationSlot } from '../domain/admission.ts';
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
  /** How many steps have failed in a row, because what they stand on was down. */
  failures: number;
}

/** Where the run is on its way: admit, submit, follow, complete, tell. A retry begins again at the first. */
export type Stage =
  /** `noted`: the ledger knows that the run has to wait. */
  | { name: 'admit'; ticket: number | null; noted: boolean }
  | { name: 'submit'; tries: number; sent: boolean; slot: CreationSlot; missed: number }
  | {
      name: 'follow';
      runId: string;
      submittedAtMs: number;
      /** Databricks has sent a notification of this run, so its end will most likely be told as well. */
      pushed: boolean;
      /** The run has been seen at work. */
      started: boolean;
      /** When the latest notification came that is not of the end, epoch ms. */
      toldAtMs: number | null;
      /** When Databricks said that the run has ended, epoch ms, which does not count until it can be read. */
      endToldAtMs: number | null;
      learned: LearnedDuration | null;
      polls: number;
      /** How many readings have failed in a row. */
      unread: number;
      /** How many readings in a row have found that Databricks knows no such run. */
      missing: number;
      /** The stage has come from another generation, where an event may have gone unheard. */
      isResumed: boolean;
      /** When the run was last told to stop, epoch ms. */
      canceledAtMs: number | null;
    }
  | { name: 'complete'; end: RunEnd; tries: number }
  | { name: 'back_off'; untilMs: number; begun: boolean }
  /** `sinceMs`: when the first try was made, epoch ms. */
  | { name: 'tell'; end: RunEnd; tries: number; sinceMs?: number }
  | { name: 'done'; end: RunEnd };

type Beginning = Pick<TrackState, 'key' | 'workspace' | 'taskCount' | 'retry' | 'notify' | 'deadlineAtMs' | 'attempt'>;

/**
 * The input of the orchestration of a run. One that was `admitted` before its orchestration got lost keeps the place
 * that it holds, and settles first what became of its submit.
 */
export function newTrackState(run: Beginning, admitted = false): TrackState {
  const stage: Stage = admitted
    ? { name: 'submit', tries: 0, sent: true, slot: { atMs: 0, notAfterMs: 0 }, missed: 0 }
    : { name: 'admit', ticket: null, noted: false };
  return { ...run, stage, stop: null, failures: 0 };
}
