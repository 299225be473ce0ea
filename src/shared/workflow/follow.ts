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

/** Databricks says it of a run that it has forgotten; one such answer may be that of something before it. */
const LOST_AFTER_READINGS = 3;
const MISSING_AGAIN_MS = 5_000;

/** A minute of failed readings is to be known after a minute. */
const UNREAD_AGAIN_MS = 10_000;

/** Sleeps until the run is worth another look, looks, and stops the run where its owner or its deadline wants that. */
export function* follow(workflow: RunWorkflow, stage: FollowStage): Generator<Task, Stage, unknown> {
  const { state, timer, call } = workflow;
  if (state.stop !== null && (stage.canceledAtMs === null || timer.nowMs >= stage.canceledAtMs + CANCEL_AGAIN_MS))
    return yield* stop(workflow, stage);
  const wake = stage.isResumed ? null : yield* untilNextLook(workflow, stage);
  if (wake?.reason === 'cancel') state.stop ??= 'cancel';
  if (isOverdue(state, timer.nowMs)) state.stop ??= 'deadline';
  const told = withNews(stage, wake, timer.nowMs);
  if (state.stop !== null && stage.canceledAtMs === null) return told;
  // The word of the start comes a little before the run can be seen at work.
  if (wake?.reason === 'databricks' && !stage.started) return told;
  const { runId, pushed } = told;
  const result = yield* call('follow-run', { key: state.key, runId, pushed });
  if (result.cancelRequested) state.stop ??= 'cancel';
  countTasks(workflow, result);
  if (result.kind === 'ended') return { name: 'complete', end: endOf(state, result), tries: 0 };
  const read = withReading(told, result);
  return read.missing < LOST_AFTER_READINGS ? read : { name: 'complete', end: lost(), tries: 0 };
}

/** Has the run told to stop, or waits for its time where many are to be stopped at once. */
function* stop({ state, timer, call }: RunWorkflow, stage: FollowStage): Generator<Task, FollowStage, unknown> {
  const { againMs } = yield* call('cancel-run', { key: state.key, runId: stage.runId });
  if (againMs === undefined) {
    const polls = stage.canceledAtMs === null ? 0 : stage.polls;
    return { ...stage, canceledAtMs: timer.nowMs, polls };
  }
  const wake = yield* timer.until(timer.nowMs + againMs);
  return withNews(stage, wake, timer.nowMs);
}

/** A saved job, or a for-each task, may be of another size than was known. */
function countTasks({ state, admission }: RunWorkflow, result: FollowResult): void {
  const taskCount = (result.kind === 'active' ? result.taskCount : null) ?? state.taskCount;
  if (taskCount === state.taskCount) return;
  admission.resize({ from: state.taskCount, to: taskCount });
  state.taskCount = taskCount;
}

/** A deadline, and a time that Databricks has named, are kept exactly; a look may as well come a little early. */
function* untilNextLook({ state, timer }: RunWorkflow, stage: FollowStage): Generator<Task, RunEvent | null, unknown> {
  const { canceledAtMs, notBeforeMs = 0 } = stage;
  const limitMs = canceledAtMs === null ? (state.deadlineAtMs ?? Infinity) : canceledAtMs + CANCEL_AGAIN_MS;
  const lookMs = Math.max(timer.nowMs + lookDelayMs(stage, timer.nowMs), notBeforeMs);
  return lookMs < limitMs && notBeforeMs === 0
    ? yield* timer.about(lookMs)
    : yield* timer.until(Math.min(lookMs, limitMs));
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

/** A run whose end was told and cannot be read yet is read until it can: nothing more will be told. */
function withNews(stage: FollowStage, wake: RunEvent | null, nowMs: number): FollowStage {
  if (wake?.reason === 'ended') return { ...stage, pushed: false, endToldAtMs: nowMs, polls: 0 };
  if (wake?.reason === 'databricks') return { ...stage, pushed: stage.endToldAtMs === null, toldAtMs: nowMs };
  return stage;
}

function lookDelayMs(stage: FollowStage, nowMs: number): number {
  const { missing, unread } = stage;
  if (missing > 0) return MISSING_AGAIN_MS;
  if (unread > 0) return Math.min(backOffMs(unread), UNREAD_AGAIN_MS);
  return pollDelayMs(situationOf(stage, nowMs));
}

/** A run that is to stop, or is said to have ended, is as good as new: its end is near. */
function situationOf(stage: FollowStage, nowMs: number): PollSituation {
  const { canceledAtMs, endToldAtMs, toldAtMs, submittedAtMs, polls, pushed, started, learned } = stage;
  const endingSinceMs = canceledAtMs ?? endToldAtMs;
  if (endingSinceMs !== null) return { ageMs: nowMs - endingSinceMs, polls, pushed: false, started };
  return {
    ageMs: nowMs - submittedAtMs,
    polls,
    pushed,
    started,
    sinceToldMs: toldAtMs === null ? undefined : nowMs - toldAtMs,
    learned: learned ?? undefined,
  };
}

/** One word of Databricks stands for both: who stopped the run is known here. */
function endOf(state: TrackState, end: RunEnd): RunEnd {
  if (state.stop === 'deadline' && end.outcome === 'canceled') return overdue();
  if (state.stop === 'cancel' && end.outcome === 'timed_out') return canceledWhileActive(end.failure);
  return { outcome: end.outcome, failure: end.failure };
}
