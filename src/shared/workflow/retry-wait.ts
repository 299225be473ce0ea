import type { Task } from 'durable-functions';
import type { AdmissionCall } from '../domain/admission.ts';
import { isSuccess } from '../domain/outcome.ts';
import type { RunEnd } from './activities.ts';
import { isOverdue, unsentEnd } from './run-end.ts';
import type { RunWorkflow } from './run-workflow.ts';
import type { Stage, StageOf } from './track-state.ts';

/**
 * The stage after the end of an attempt: the run is tried again where its owner wants that. `calls`: who may go since
 * its places were given back.
 */
export function afterAttempt({ state, timer }: RunWorkflow, end: RunEnd, calls: readonly AdmissionCall[]): Stage {
  const attempts = state.attempt - state.attemptsBefore;
  const again =
    state.stop === null &&
    attempts < state.retry.maxAttempts &&
    !isSuccess(end.outcome) &&
    end.outcome !== 'rejected' &&
    // It may be active all the same: another would double it.
    end.outcome !== 'lost' &&
    end.failure !== null &&
    state.retry.on.includes(end.failure.class);
  if (!again) return { name: 'complete', end, tries: 0, calls };
  return {
    name: 'retry_wait',
    untilMs: timer.nowMs + state.retry.backoffMs * 2 ** (attempts - 1),
    begun: false,
    calls,
  };
}

/** Begins the next attempt, and waits before it asks for a place. */
export function* retryWait(
  { state, timer, call }: RunWorkflow,
  stage: StageOf<'retry_wait'>,
): Generator<Task, Stage, unknown> {
  if (!stage.begun) {
    const { calls = [], ...begun } = stage;
    yield* call('begin-attempt', { key: state.key, attempt: state.attempt + 1, calls });
    state.attempt++;
    return { ...begun, begun: true };
  }
  const event = yield* timer.until(Math.min(stage.untilMs, state.deadlineAtMs ?? Infinity));
  if (event?.reason === 'cancel') return unsentEnd(state, 'canceled', 'waiting');
  if (isOverdue(state, timer.nowMs)) return unsentEnd(state, 'overdue', 'waiting');
  return event === null ? { name: 'admit', ticket: null, noted: false } : stage;
}
