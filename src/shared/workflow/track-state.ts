import type { QueuedCaller } from '../domain/caller-queues.ts';
import type { AdmissionCall, CreationKind, CreationSlot } from '../domain/admission.ts';
import type { DurationEstimate } from '../domain/poll-schedule.ts';
import type { RunKey, RunSuccessor } from '../domain/run-record.ts';
import type { RetryPolicy } from '../domain/run-request.ts';
import type { RunEnd } from './activities.ts';

/** What an orchestration carries from one generation to the next; small, whatever the run. */
export interface TrackState {
  key: RunKey;
  workspace: string;
  /** How many places the run holds, or is to ask for. */
  taskCount: number;
  /** Only Databricks knows how many tasks the saved job has. */
  sizeUnknown?: boolean;
  /** The call that makes the run. */
  kind: CreationKind;
  /** Whose run it is, for the order before the workspace. */
  caller: QueuedCaller;
  retry: RetryPolicy;
  deadlineAtMs: number | null;
  attempt: number;
  /** How many attempts there were before the caller asked for a repair, which has attempts of its own. */
  attemptsBefore: number;
  stage: Stage;
  /** The ticket of a run that has taken over the place of another, until it gives it back. */
  successorTicket?: number;
  /** Why the run is to be stopped; a deadline that fires after a cancel changes nothing. */
  stop: 'cancel' | 'deadline' | null;
  /** How many stages have failed in a row, because what they stand on was down. */
  failures: number;
}

/** Where the run is on its way: admit, submit, follow, complete, notify. A retry begins again at the first. */
export type Stage =
  /** `noted`: the ledger knows that the run has to wait. */
  | { name: 'admit'; ticket: number | null; noted: boolean; sizeTries?: number }
  | SubmitStage
  | {
      name: 'follow';
      runId: string;
      submittedAtMs: number;
      /** The watcher of the workspace reads the run, and sends what came of it where that matters here. */
      watched: boolean;
      /** The run has been seen at work. */
      started: boolean;
      /** When Databricks said that the run has ended, epoch ms, which does not count until it can be read. */
      endNotifiedAtMs: number | null;
      estimate: DurationEstimate | null;
      polls: number;
      /** How many readings have failed in a row. */
      unread: number;
      /** Databricks wants no reading before this, epoch ms; 0 or nothing where it has named no time. */
      notBeforeMs?: number;
      /** How many readings in a row have found that Databricks knows no such run. */
      missing: number;
      /**
       * The stage has come from another generation, or has failed, and an event may have gone unheard: it reads at
       * once.
       */
      isResumed: boolean;
      /** When the run was last canceled at Databricks, epoch ms. */
      canceledAtMs: number | null;
    }
  /**
   * `unsent`: no request of the attempt was sent as far as is known here, and whether the run had been let through.
   * `calls`: who may go since the run gave its places back, and is to be called. `successor`: who has taken them over.
   */
  | {
      name: 'complete';
      end: RunEnd;
      tries: number;
      unsent?: 'waiting' | 'admitted';
      calls?: readonly AdmissionCall[];
      successor?: RunSuccessor | null;
    }
  | { name: 'retry_wait'; untilMs: number; begun: boolean; calls?: readonly AdmissionCall[] }
  /** `sinceMs`: when the first try was made; `untilMs`: when the next one is due; epoch ms. */
  | { name: 'notify'; end: RunEnd; tries: number; sinceMs: number; untilMs: number }
  | { name: 'done'; end: RunEnd };

/** The stage of that name. */
export type StageOf<Name extends Stage['name']> = Extract<Stage, { name: Name }>;

/** Whether a request may be at Databricks stands in the ledger, where it is noted before it is sent. */
export interface SubmitStage {
  name: 'submit';
  tries: number;
  slot: CreationSlot;
  /** How many slots in a row the run was too late for. */
  missed: number;
  /** How often in a row Databricks has refused the run without that being its last word. */
  refusals: number;
  /** No request is sent before this, epoch ms, whoever wakes the run. */
  notBeforeMs: number;
}

/** The submit stage at its first try. */
export function newSubmit(slot: CreationSlot): SubmitStage {
  return { name: 'submit', tries: 0, slot, missed: 0, refusals: 0, notBeforeMs: 0 };
}

type Beginning = Omit<TrackState, 'stage' | 'stop' | 'failures'>;

/**
 * The input of the orchestration of a run. One that was `admitted` before its orchestration got lost keeps the place
 * that it holds, and settles first what became of its submit.
 */
export function newTrackState(run: Beginning, admitted = false): TrackState {
  const stage: Stage = admitted ? newSubmit({ atMs: 0, notAfterMs: 0 }) : { name: 'admit', ticket: null, noted: false };
  return { ...run, stage, stop: null, failures: 0 };
}
