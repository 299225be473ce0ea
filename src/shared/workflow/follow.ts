import type { Task } from 'durable-functions';
import { afterNamedTime } from '../domain/named-delay.ts';
import { pollDelayMs, type PollSituation } from '../domain/poll-schedule.ts';
import type { FollowResult, RunEnd } from './activities.ts';
import { backOffMs } from './back-off.ts';
import type { RunEvent } from './interruptible-timer.ts';
import { canceledWhileActive, isOverdue, lost, overdue } from './run-end.ts';
import type { RunWorkflow } from './run-workflow.ts';
import type { Stage, StageOf, TrackState } from './track-state.ts';

type FollowStage = StageOf<'follow'>;

/** A cancel that Databricks ignores is repeated. */
const CANCEL_AGAIN_MS = 30_000;

/** Databricks says it of a run that it has forgotten; one such response may be that of something before it. */
const LOST_AFTER_READINGS = 3;
const MISSING_AGAIN_MS = 5_000;

/** A minute of failed readings is to be known after a minute. */
const UNREAD_AGAIN_MS = 10_000;

/** A watcher that is dead is started anew by a sweep; this is the net below both. */
const WATCHED_AGAIN_MS = 6 * 3_600_000;

/**
 * Waits until the watcher has read what matters here, or until the run is worth a reading of its own, and stops the run
 * where its owner or its deadline wants that.
 */
export function* follow(workflow: RunWorkflow, stage: FollowStage): Generator<Task, Stage, unknown> {
  const { state, timer, call } = workflow;
  if (state.stop !== null && (stage.canceledAtMs === null || timer.nowMs >= stage.canceledAtMs + CANCEL_AGAIN_MS))
    return yield* stop(workflow, stage);
  const event = stage.isResumed ? null : yield* untilNextReading(workflow, stage);
  if (event?.reason === 'cancel') state.stop ??= 'cancel';
  if (isOverdue(state, timer.nowMs)) state.stop ??= 'deadline';
  const notified = withEvent(stage, event, timer.nowMs);
  if (event?.reason === 'read') return isOf(event, state, stage) ? afterReading(workflow, stage, event.result) : stage;
  if (state.stop !== null && stage.canceledAtMs === null) return notified;
  const result = yield* call('follow-run', { key: state.key, runId: stage.runId });
  return afterReading(workflow, notified, result);
}

/** An end that two have notified of is that of an earlier attempt when the second comes late. */
function isOf(event: RunEvent & { reason: 'read' }, { attempt }: TrackState, { runId }: FollowStage): boolean {
  return event.runId === runId && event.attempt === attempt;
}

function afterReading(workflow: RunWorkflow, stage: FollowStage, result: FollowResult): Stage {
  const { state } = workflow;
  if (result.cancelRequested) state.stop ??= 'cancel';
  countTasks(workflow, result);
  if (result.kind === 'ended')
    return {
      name: 'complete',
      end: endOf(state, result),
      tries: 0,
      ...(result.successor == null ? {} : { successor: result.successor }),
    };
  const read = withReading(stage, result);
  return read.missing < LOST_AFTER_READINGS ? read : { name: 'complete', end: lost(), tries: 0 };
}

/** Cancels the run at Databricks, or waits for its time where many are canceled at once. */
function* stop(workflow: RunWorkflow, stage: FollowStage): Generator<Task, Stage, unknown> {
  const { state, timer, call } = workflow;
  const { againMs } = yield* call('cancel-run', { key: state.key, runId: stage.runId });
  if (againMs === undefined) {
    const polls = stage.canceledAtMs === null ? 0 : stage.polls;
    return { ...stage, canceledAtMs: timer.nowMs, polls };
  }
  const event = yield* timer.until(timer.nowMs + againMs);
  if (event?.reason === 'read' && isOf(event, state, stage)) return afterReading(workflow, stage, event.result);
  return withEvent(stage, event, timer.nowMs);
}

/** A saved job, or a for-each task, may be of another size than was known. */
function countTasks({ state, admission }: RunWorkflow, result: FollowResult): void {
  const taskCount = (result.kind === 'active' ? result.taskCount : null) ?? state.taskCount;
  if (taskCount === state.taskCount) return;
  admission.resize({ from: state.taskCount, to: taskCount });
  state.taskCount = taskCount;
}

/** A deadline, and a time that Databricks has named, are kept exactly; a reading may as well come a little early. */
function* untilNextReading(
  { state, timer }: RunWorkflow,
  stage: FollowStage,
): Generator<Task, RunEvent | null, unknown> {
  const { canceledAtMs, notBeforeMs = 0 } = stage;
  const limitMs = canceledAtMs === null ? (state.deadlineAtMs ?? Infinity) : canceledAtMs + CANCEL_AGAIN_MS;
  const readingAtMs = Math.max(timer.nowMs + readingDelayMs(stage, timer.nowMs), notBeforeMs);
  return readingAtMs < limitMs && notBeforeMs === 0
    ? yield* timer.about(readingAtMs)
    : yield* timer.until(Math.min(readingAtMs, limitMs));
}

function withReading(stage: FollowStage, result: FollowResult): FollowStage {
  return {
    ...stage,
    polls: stage.polls + 1,
    started: stage.started || (result.kind === 'active' && result.started),
    unread: result.kind === 'unreachable' ? stage.unread + 1 : 0,
    missing: result.kind === 'missing' ? stage.missing + 1 : 0,
    notBeforeMs: result.kind === 'unreachable' && result.notBeforeMs != null ? afterNamedTime(result.notBeforeMs) : 0,
    isResumed: false,
  };
}

/** A run whose end was notified of and cannot be read yet is read until it can: no other notification will come. */
function withEvent(stage: FollowStage, event: RunEvent | null, nowMs: number): FollowStage {
  return event?.reason === 'ended' ? { ...stage, endNotifiedAtMs: nowMs, polls: 0 } : stage;
}

function readingDelayMs(stage: FollowStage, nowMs: number): number {
  const { missing, unread } = stage;
  if (missing > 0) return MISSING_AGAIN_MS;
  if (unread > 0) return Math.min(backOffMs(unread), UNREAD_AGAIN_MS);
  const endingSinceMs = stage.canceledAtMs ?? stage.endNotifiedAtMs;
  if (stage.watched && endingSinceMs === null) return WATCHED_AGAIN_MS;
  return pollDelayMs(situationOf(stage, nowMs, endingSinceMs));
}

/** A run that is to stop, or is said to have ended, is read as often as a new one: its end is near. */
function situationOf(stage: FollowStage, nowMs: number, endingSinceMs: number | null): PollSituation {
  const { submittedAtMs, polls, started, estimate } = stage;
  if (endingSinceMs !== null) return { ageMs: nowMs - endingSinceMs, polls, hasNotifications: false, started };
  return { ageMs: nowMs - submittedAtMs, polls, hasNotifications: false, started, estimate: estimate ?? undefined };
}

/** One word of Databricks stands for both: who stopped the run is known here. */
function endOf(state: TrackState, end: RunEnd): RunEnd {
  if (state.stop === 'deadline' && end.outcome === 'canceled') return overdue();
  if (state.stop === 'cancel' && end.outcome === 'timed_out') return canceledWhileActive(end.failure);
  return { outcome: end.outcome, failure: end.failure };
}
