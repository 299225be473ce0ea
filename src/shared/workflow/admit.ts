import type { Task } from 'durable-functions';
import { afterFailureMs } from './back-off.ts';
import { isOverdue, unsentEnd } from './run-end.ts';
import type { RunWorkflow } from './run-workflow.ts';
import { newSubmit, type Stage, type StageOf } from './track-state.ts';

/** Asks for a place; waits until the time that the gate names. */
export function* admit(workflow: RunWorkflow, stage: StageOf<'admit'>): Generator<Task, Stage, unknown> {
  const { state, admission, call } = workflow;
  if (state.sizeUnknown === true) return yield* learnSize(workflow, stage);
  const asked = { ticket: stage.ticket, tasks: state.taskCount, kind: state.kind };
  const answer = yield* admission.call('ask', asked);
  if (answer.kind === 'go') {
    const slot = { atMs: answer.atMs, notAfterMs: answer.notAfterMs };
    const over = yield* untilUnlessOver(workflow, slot.atMs);
    if (over === null) return newSubmit(slot);
    admission.release(state.taskCount, slot);
    return over;
  }
  // A stage that fails from here on is begun again with the ticket that was drawn.
  state.stage = { ...stage, ticket: answer.ticket };
  if (!stage.noted) {
    const { cancelRequested } = yield* call('queue-run', {
      key: state.key,
      attempt: state.attempt,
      ticket: answer.ticket,
    });
    if (cancelRequested) {
      admission.abandon(answer.ticket);
      return unsentEnd(state, 'canceled', 'waiting');
    }
  }
  const over = yield* untilUnlessOver(workflow, answer.askAgainAtMs);
  if (over === null) return { name: 'admit', ticket: answer.ticket, noted: true };
  admission.abandon(answer.ticket);
  return over;
}

/** What a saved job runs is known to Databricks only; while it cannot be asked, it could not run the job either. */
function* learnSize(workflow: RunWorkflow, stage: StageOf<'admit'>): Generator<Task, Stage, unknown> {
  const { state, timer, call } = workflow;
  const { key, attempt } = state;
  const result = yield* call('size-run', { key, attempt });
  if (result.kind === 'sized') {
    state.taskCount = result.taskCount;
    state.sizeUnknown = false;
    return stage;
  }
  const tries = stage.sizeTries ?? 0;
  const againAtMs = afterFailureMs(timer.nowMs, tries, result.notBeforeMs);
  return (yield* untilUnlessOver(workflow, againAtMs)) ?? { ...stage, sizeTries: tries + 1 };
}

/** Null when the time has come; the last stage of the run where its owner or its deadline ended it first. */
function* untilUnlessOver({ state, timer }: RunWorkflow, epochMs: number): Generator<Task, Stage | null, unknown> {
  while (timer.nowMs < epochMs) {
    if (isOverdue(state, timer.nowMs)) return unsentEnd(state, 'overdue', 'waiting');
    const event = yield* timer.until(Math.min(epochMs, state.deadlineAtMs ?? Infinity));
    if (event?.reason === 'cancel') return unsentEnd(state, 'canceled', 'waiting');
  }
  return null;
}
