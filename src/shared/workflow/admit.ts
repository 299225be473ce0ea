import type { Task } from 'durable-functions';
import type { CreationSlot } from '../domain/admission.ts';
import type { RunAttempt } from '../domain/run-record.ts';
import { afterFailureMs } from './back-off.ts';
import { giveBack } from './give-back.ts';
import type { AdmittedEvent } from './interruptible-timer.ts';
import { isOverdue, unsentEnd } from './run-end.ts';
import type { RunWorkflow } from './run-workflow.ts';
import { followed } from './submit.ts';
import { newSubmit, type Stage, type StageOf } from './track-state.ts';

/** Asks for places; waits to be called when there are, or until the time that the gate names. */
export function* admit(workflow: RunWorkflow, stage: StageOf<'admit'>): Generator<Task, Stage, unknown> {
  const { state, admission, call } = workflow;
  if (state.sizeUnknown === true) return yield* learnSize(workflow, stage);
  const { kind, taskCount: tasks, caller } = state;
  const response = yield* admission.ask({ ticket: stage.ticket, tasks, kind, run: runOf(state), caller });
  if (response.kind === 'go') return yield* inItsSlot(workflow, response);
  const { ticket } = response;
  // A stage that fails from here on is begun again with the ticket that was drawn.
  state.stage = { ...stage, ticket };
  if (!stage.noted) {
    const { cancelRequested } = yield* call('queue-run', { key: state.key, attempt: state.attempt, ticket });
    if (cancelRequested) return yield* withdrawn(workflow, ticket, unsentEnd(state, 'canceled', 'waiting'));
  }
  const waited = yield* untilUnlessOver(workflow, response.askAgainAtMs, ticket);
  if (waited === null || waited.kind === 'ask') return { name: 'admit', ticket, noted: true };
  if (waited.kind === 'over') return yield* withdrawn(workflow, ticket, waited.end);
  const { slot, successor, submitted } = waited.event;
  if (successor === true) state.successorTicket = ticket;
  return submitted === undefined ? yield* inItsSlot(workflow, slot) : followed(submitted);
}

function runOf({ key, attempt }: RunWorkflow['state']): RunAttempt {
  return { ...key, attempt };
}

/** Waits for the time of a slot, and gives it back where the run ends before. */
function* inItsSlot(workflow: RunWorkflow, { atMs, notAfterMs }: CreationSlot): Generator<Task, Stage, unknown> {
  const slot = { atMs, notAfterMs };
  const waited = yield* untilUnlessOver(workflow, atMs);
  if (waited?.kind !== 'over') return newSubmit(slot);
  return { ...waited.end, calls: yield* giveBack(workflow, { unused: slot }) };
}

function* withdrawn(
  { admission }: RunWorkflow,
  ticket: number,
  end: StageOf<'complete'>,
): Generator<Task, Stage, unknown> {
  return { ...end, calls: yield* admission.abandon(ticket) };
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
  const waited = yield* untilUnlessOver(workflow, againAtMs);
  return waited?.kind === 'over' ? waited.end : { ...stage, sizeTries: tries + 1 };
}

/** What a wait before the submit has come to, other than its time. */
type Waited = { kind: 'over'; end: StageOf<'complete'> } | { kind: 'ask' } | { kind: 'admitted'; event: AdmittedEvent };

/** Null when the time has come. `ticket`: the run waits for its place, too. */
function* untilUnlessOver(
  { state, timer }: RunWorkflow,
  epochMs: number,
  ticket?: number,
): Generator<Task, Waited | null, unknown> {
  while (timer.nowMs < epochMs) {
    if (isOverdue(state, timer.nowMs)) return { kind: 'over', end: unsentEnd(state, 'overdue', 'waiting') };
    const event = yield* timer.until(Math.min(epochMs, state.deadlineAtMs ?? Infinity), ticket);
    if (event?.reason === 'cancel') return { kind: 'over', end: unsentEnd(state, 'canceled', 'waiting') };
    if (event?.reason === 'admitted') return { kind: 'admitted', event };
    if (event?.reason === 'ask') return { kind: 'ask' };
  }
  return null;
}
