import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import { abandonAdmission, askAdmission, releaseAdmission } from './admission-steps.ts';
import { canceledEarly, isOverdue, overdue } from './endings.ts';
import { afterFailureMs } from './back-off.ts';
import { call } from './steps.ts';
import { newSubmit, type Stage, type TrackState } from './track-state.ts';
import type { Sleeper } from './wake.ts';

/** Asks for a place; sleeps until the time that the answer names. */
export function* admit(
  context: OrchestrationContext,
  state: TrackState,
  stage: Stage & { name: 'admit' },
  admission: EntityId,
  sleeper: Sleeper,
): Generator<Task, Stage, unknown> {
  if (state.sizeUnknown === true) return yield* learnSize(context, state, stage, sleeper);
  const answer = yield* askAdmission(context, admission, 'ask', {
    ticket: stage.ticket,
    tasks: state.taskCount,
    kind: state.kind,
  });
  if (answer.kind === 'go') {
    const slot = { atMs: answer.atMs, notAfterMs: answer.notAfterMs };
    const over = yield* sleepUnlessOver(state, slot.atMs, sleeper);
    if (over === null) return newSubmit(slot);
    releaseAdmission(context, admission, state.taskCount, slot);
    return over;
  }
  // A step that fails from here on is taken again with the ticket that was drawn.
  state.stage = { ...stage, ticket: answer.ticket };
  if (!stage.noted) {
    const { cancelRequested } = yield* call(context, 'queue-run', {
      key: state.key,
      attempt: state.attempt,
      ticket: answer.ticket,
    });
    if (cancelRequested) {
      abandonAdmission(context, admission, answer.ticket);
      return { name: 'complete', end: canceledEarly(state), tries: 0 };
    }
  }
  const over = yield* sleepUnlessOver(state, answer.askAgainAtMs, sleeper);
  if (over === null) return { name: 'admit', ticket: answer.ticket, noted: true };
  abandonAdmission(context, admission, answer.ticket);
  return over;
}

/** What a saved job runs is known to Databricks only; while it cannot be asked, it could not run the job either. */
function* learnSize(
  context: OrchestrationContext,
  state: TrackState,
  stage: Stage & { name: 'admit' },
  sleeper: Sleeper,
): Generator<Task, Stage, unknown> {
  const { key, attempt } = state;
  const result = yield* call(context, 'size-run', { key, attempt });
  if (result.kind === 'sized') {
    state.taskCount = result.taskCount;
    state.sizeUnknown = false;
    return stage;
  }
  const tries = stage.sizeTries ?? 0;
  const againAtMs = afterFailureMs(sleeper.nowMs, tries, result.notBeforeMs);
  return (yield* sleepUnlessOver(state, againAtMs, sleeper)) ?? { ...stage, sizeTries: tries + 1 };
}

/** Null when the time has come; the last stage of the run where its owner or its deadline ended it first. */
function* sleepUnlessOver(
  state: TrackState,
  epochMs: number,
  sleeper: Sleeper,
): Generator<Task, Stage | null, unknown> {
  while (sleeper.nowMs < epochMs) {
    if (isOverdue(state, sleeper.nowMs)) return { name: 'complete', end: overdue(), tries: 0 };
    const wake = yield* sleeper.until(Math.min(epochMs, state.deadlineAtMs ?? Infinity));
    if (wake?.reason === 'cancel') return { name: 'complete', end: canceledEarly(state), tries: 0 };
  }
  return null;
}
