import type { Task } from 'durable-functions';
import { afterNamedTime } from '../domain/named-delay.ts';
import type { SubmittedResult } from './activities.ts';
import { afterFailureMs, backOffMs } from './back-off.ts';
import { isOverdue, unsentEnd } from './run-end.ts';
import type { RunWorkflow } from './run-workflow.ts';
import type { Stage, SubmitStage } from './track-state.ts';

/** A run that keeps missing its slots is on a host too slow for them: the next one lasts for a whole window. */
const MAX_MISSED_SLOTS = 20;

/** Over a minute, with the waits between them: by then what was still on its way has arrived. */
const CONFIRMATIONS = 6;

/** A window of creations that is full lets some in again within the hour, a minute between the tries. */
const MAX_FULL_WINDOWS = 240;

/**
 * Submits the run to Databricks. A lost response is repaired by asking again with the same idempotency token, whatever
 * else has come back meanwhile, and before a cancellation or the deadline ends the run.
 */
export function* submit(workflow: RunWorkflow, stage: SubmitStage): Generator<Task, Stage, unknown> {
  const { state, admission, timer } = workflow;
  const { kind } = state;
  const result = yield* workflow.call('submit-run', {
    key: state.key,
    attempt: state.attempt,
    notAfterMs: stage.slot.notAfterMs,
    isOverdue: isOverdue(state, timer.nowMs),
    isEarly: timer.nowMs < stage.notBeforeMs,
  });
  switch (result.kind) {
    case 'submitted':
      return followed(result);
    case 'throttled': {
      const refusals = result.refusal === null ? 0 : stage.refusals + 1;
      if (result.refusal !== null && refusals > MAX_FULL_WINDOWS)
        return { name: 'complete', end: { outcome: 'rejected', failure: result.refusal }, tries: 0 };
      const untilMs = afterNamedTime(result.untilMs);
      const slot = yield* admission.move('throttled', { untilMs, from: stage.slot, kind });
      yield* untilUnlessStopped(workflow, slot.atMs);
      return { ...stage, slot, refusals, notBeforeMs: slot.atMs };
    }
    case 'late': {
      const missed = stage.missed + 1;
      const lasting = missed > MAX_MISSED_SLOTS;
      const slot = yield* admission.move('reschedule', { from: stage.slot, lasting, kind });
      yield* untilUnlessStopped(workflow, slot.atMs);
      return { ...stage, slot, missed, notBeforeMs: slot.atMs };
    }
    case 'early':
      yield* timer.reach(stage.notBeforeMs);
      return stage;
    case 'unavailable': {
      // A cancellation request ends the wait, and the request is not sent sooner for it.
      const againAtMs = afterFailureMs(timer.nowMs, stage.tries, result.notBeforeMs);
      yield* untilUnlessStopped(workflow, againAtMs);
      return { ...stage, tries: stage.tries + 1, missed: 0, refusals: 0, notBeforeMs: againAtMs };
    }
    case 'doubtful':
      if (stage.refusals >= CONFIRMATIONS)
        return { name: 'complete', end: { outcome: 'rejected', failure: result.failure }, tries: 0 };
      yield* timer.reach(timer.nowMs + backOffMs(stage.refusals));
      return { ...stage, refusals: stage.refusals + 1, notBeforeMs: 0 };
    case 'rejected':
      return { name: 'complete', end: { outcome: 'rejected', failure: result.failure }, tries: 0 };
    case 'overdue':
      state.stop = 'deadline';
      return unsentEnd(state, 'overdue', 'admitted');
    case 'canceled':
      state.stop = 'cancel';
      return unsentEnd(state, 'canceled', 'admitted');
  }
}

/** Whoever wants the run to stop, and the deadline, end the wait at once; what has passed already does so no more. */
function* untilUnlessStopped({ state, timer }: RunWorkflow, epochMs: number): Generator<Task, void, unknown> {
  const deadlineMs = isOverdue(state, timer.nowMs) ? Infinity : (state.deadlineAtMs ?? Infinity);
  yield* timer.untilOrCancel(Math.min(epochMs, deadlineMs));
}

/** The stage of a run that Databricks has taken. */
export function followed({ runId, submittedAtMs, estimate, watched }: SubmittedResult): Stage {
  return {
    name: 'follow',
    runId,
    submittedAtMs,
    watched,
    started: false,
    endNotifiedAtMs: null,
    estimate,
    polls: 0,
    unread: 0,
    missing: 0,
    isResumed: false,
    canceledAtMs: null,
  };
}
