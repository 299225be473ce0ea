import type { OrchestrationContext, Task } from 'durable-functions';
import type { Failure } from '../domain/failure.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { LearnedDuration } from '../domain/poll-schedule.ts';
import type { RunKey } from '../domain/run-record.ts';
import type { SqlStatementActivities } from './sql-statement-steps.ts';

/**
 * What came of handing a run to Databricks. `sent`: a request may have reached it, now or before, so that only asking
 * again with the same token can tell.
 */
export type SubmitResult =
  | { kind: 'submitted'; runId: string; submittedAtMs: number; learned: LearnedDuration | null }
  /** The time of the slot had passed, so nothing was sent now. */
  | { kind: 'late'; sent: boolean }
  | { kind: 'throttled'; untilMs: number; sent: boolean }
  | { kind: 'unavailable'; sent: boolean }
  | { kind: 'rejected'; failure: Failure }
  | { kind: 'canceled' };

/** What was seen when the run was read. */
export type FollowResult =
  | { kind: 'active'; started: boolean; cancelRequested: boolean }
  | { kind: 'ended'; outcome: Outcome; failure: Failure | null; cancelRequested: boolean }
  /** Databricks says that there is no such run. */
  | { kind: 'missing'; cancelRequested: boolean }
  | { kind: 'unreachable'; cancelRequested: boolean };

/** How a run ended, as the orchestration decided. */
export interface RunEnd {
  outcome: Outcome;
  failure: Failure | null;
}

/** Everything an orchestration may ask for: the activities by name, each with its input and its answer. */
export interface Activities extends SqlStatementActivities {
  'queue-run': { input: { key: RunKey; attempt: number; ticket: number }; output: { cancelRequested: boolean } };
  'submit-run': {
    input: { key: RunKey; attempt: number; sent: boolean; notAfterMs: number };
    output: SubmitResult;
  };
  /** `pushed`: Databricks sends notifications of this run. */
  'follow-run': { input: { key: RunKey; runId: string; pushed: boolean }; output: FollowResult };
  /** `againMs`: too many are stopped at once, so nothing was said to Databricks; to be asked again after that. */
  'cancel-run': { input: { key: RunKey; runId: string }; output: { accepted: boolean; againMs?: number } };
  /**
   * Reads the outputs and closes the run. `final`: what cannot be read now is noted as missing. `again`: there is more
   * to do than fits now; to be asked again after that, which is no failure.
   */
  'complete-run': {
    input: { key: RunKey; attempt: number; end: RunEnd; final: boolean };
    output: { kind: 'completed' | 'unavailable' } | { kind: 'again'; againMs: number };
  };
  /** Shows a sweep that the orchestration of this id follows the run. */
  'give-sign': { input: { key: RunKey; instanceId: string }; output: { kind: 'given' } };
  'begin-attempt': { input: { key: RunKey; attempt: number }; output: { kind: 'begun' } };
  /**
   * Notifies of the end of an attempt. `final`: what cannot be delivered now is given up. `busy`: no try was made for
   * some receiver; to be asked again after that.
   */
  'notify-end': {
    input: { key: RunKey; attempt: number; final: boolean };
    output: { kind: 'told' | 'undelivered' } | { kind: 'busy'; againMs: number };
  };
}

/** One activity, typed: the only place where what Durable hands back is taken at its word. */
export function* call<Name extends keyof Activities>(
  context: OrchestrationContext,
  name: Name,
  input: Activities[Name]['input'],
): Generator<Task, Activities[Name]['output'], unknown> {
  return (yield context.df.callActivity(name, input)) as Activities[Name]['output'];
}
