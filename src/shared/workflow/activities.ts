import type { OrchestrationContext, Task } from 'durable-functions';
import type { AdmissionCall } from '../domain/admission.ts';
import type { Failure } from '../domain/failure.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { DurationEstimate } from '../domain/poll-schedule.ts';
import type { RunKey, RunSuccessor } from '../domain/run-record.ts';
import type { WatchExperience } from '../domain/watch-experience.ts';
import type { SqlStatementActivities } from './sql-statement-activities.ts';

/** What came of handing a run to Databricks. */
export type SubmitResult =
  | SubmittedResult
  /** The time of the slot had passed, so nothing was sent now. */
  | { kind: 'late' }
  /** A request may be at Databricks, and what became of it cannot be asked before the time that Databricks named. */
  | { kind: 'early' }
  /** `refusal`: what the run ends with if Databricks, which says it in a 400, goes on saying so. */
  | { kind: 'throttled'; untilMs: number; refusal: Failure | null }
  /** `notBeforeMs`: when Databricks wants to be asked again, epoch ms, where it said so. */
  | { kind: 'unavailable'; notBeforeMs: number | null }
  /** Databricks refuses the run, while an earlier request may have made it. */
  | { kind: 'doubtful'; failure: Failure }
  | { kind: 'rejected'; failure: Failure }
  /** The owner took the run back, or its deadline passed, and nothing of this attempt can be at Databricks. */
  | { kind: 'canceled' }
  | { kind: 'overdue' };

/** `watched`: the watcher of the workspace sees its end. */
export interface SubmittedResult {
  kind: 'submitted';
  runId: string;
  submittedAtMs: number;
  estimate: DurationEstimate | null;
  watched: boolean;
}

/** What was seen when the run was read. */
export type FollowResult =
  /** `taskCount`: how many tasks there are at once, where it was seen. */
  | { kind: 'active'; started: boolean; cancelRequested: boolean; taskCount?: number | null }
  /** `successor`: the run that has taken over its place. */
  | {
      kind: 'ended';
      outcome: Outcome;
      failure: Failure | null;
      cancelRequested: boolean;
      successor?: RunSuccessor | null;
    }
  /** Databricks says that there is no such run. */
  | { kind: 'missing'; cancelRequested: boolean }
  /** `notBeforeMs`: when Databricks wants to be asked again, epoch ms, where it said so. */
  | { kind: 'unreachable'; cancelRequested: boolean; notBeforeMs?: number | null };

/** How a run ended, as the orchestration decided. */
export interface RunEnd {
  outcome: Outcome;
  failure: Failure | null;
}

/** The activities of runs by name, each with its input and its output. */
export interface RunActivities {
  'queue-run': { input: { key: RunKey; attempt: number; ticket: number }; output: { cancelRequested: boolean } };
  /** Asks how many tasks a saved job has. `unavailable`: it cannot be known for now. */
  'size-run': {
    input: { key: RunKey; attempt: number };
    output: { kind: 'sized'; taskCount: number } | { kind: 'unavailable'; notBeforeMs: number | null };
  };
  /** `isOverdue`: the deadline has passed. `isEarly`: the time that Databricks named has not come yet. */
  'submit-run': {
    input: { key: RunKey; attempt: number; notAfterMs: number; isOverdue: boolean; isEarly: boolean };
    output: SubmitResult;
  };
  'follow-run': { input: { key: RunKey; runId: string }; output: FollowResult };
  /**
   * Reads the active runs of a workspace that are due. `over`: there is nothing more to read, or another watcher reads.
   * `unread`: how many readings in a row had no response of Databricks.
   */
  'read-active-runs': {
    input: { workspace: string; turn: number; experience: WatchExperience | null; unread: number };
    output: { kind: 'over' } | { kind: 'read'; nextAtMs: number; experience: WatchExperience | null; unread: number };
  };
  /** `againMs`: too many are stopped at once, so nothing was said to Databricks; to be asked again after that. */
  'cancel-run': { input: { key: RunKey; runId: string }; output: { accepted: boolean; againMs?: number } };
  /**
   * Calls those who may go, reads the outputs, closes the run and notifies for the first time. `final`: what cannot be
   * read now is noted as missing. `unsent`: the end holds only where no request of the attempt may have reached
   * Databricks; `sent` where one may have, and whether the gate counts a place for whoever sent it. `again`: there is
   * more to do than fits now; to be asked again after that, which is no failure. `notifyAgainMs`: some receiver is
   * still to be notified, after that; null where none is.
   */
  'complete-run': {
    input: {
      key: RunKey;
      attempt: number;
      end: RunEnd;
      unsent?: boolean;
      final: boolean;
      calls?: readonly AdmissionCall[];
    };
    output:
      | { kind: 'completed'; notifyAgainMs: number | null }
      | { kind: 'unavailable' }
      | { kind: 'sent'; hasPlace: boolean }
      | { kind: 'again'; againMs: number };
  };
  /** Shows a sweep that the orchestration of this id follows the run. */
  'record-heartbeat': { input: { key: RunKey; instanceId: string }; output: { kind: 'given' } };
  /** Calls those who may go, and queues the run again. */
  'begin-attempt': {
    input: { key: RunKey; attempt: number; calls?: readonly AdmissionCall[] };
    output: { kind: 'begun' };
  };
  /**
   * Notifies of the end of an attempt. `final`: what cannot be delivered now is given up. `busy`: no try was made for
   * some receiver; to be asked again after that.
   */
  'notify-end': {
    input: { key: RunKey; attempt: number; final: boolean };
    output: { kind: 'notified' | 'undelivered' } | { kind: 'busy'; againMs: number };
  };
}

/** Everything an orchestration may ask for. */
export interface Activities extends RunActivities, SqlStatementActivities {}

/** One activity, typed: the only place where what Durable hands back is taken at its word. */
export function* call<Name extends keyof Activities>(
  context: OrchestrationContext,
  name: Name,
  input: Activities[Name]['input'],
): Generator<Task, Activities[Name]['output'], unknown> {
  return (yield context.df.callActivity(name, input)) as Activities[Name]['output'];
}
