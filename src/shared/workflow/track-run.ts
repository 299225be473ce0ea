import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import { isSuccess } from '../domain/outcome.ts';
import { admit } from './admit.ts';
import { backOffMs, tellAgainMs } from './back-off.ts';
import { canceledEarly, isOverdue, overdue } from './endings.ts';
import { releaseAdmission } from './admission-steps.ts';
import { follow } from './follow.ts';
import { call, type RunEnd } from './steps.ts';
import { submit } from './submit.ts';
import type { Stage, TrackState } from './track-state.ts';
import { versionOf } from './version.ts';
import { Sleeper } from './wake.ts';

/** A step adds at most a dozen history events; an instance stays well under 1,000. */
const STEPS_PER_GENERATION = 60;

/** A new generation is put off so long for the sake of an event that nobody has answered yet. */
const EXTRA_STEPS = 10;

/** Steps that fail in a row; beyond, the orchestration fails, and the sweep takes the run up again. */
const MAX_FAILURES = 20;

const MAX_COLLECT_TRIES = 20;
/** With the waits between them, more than an hour. */
const MAX_TELL_TRIES = 15;
/** Receivers that are too busy, or left alone because they answer nobody, may let a run wait for its tries. */
const MAX_TELL_MS = 2 * 3_600_000;

/**
 * The life of a run: admit, submit, follow, complete, tell. Each step answers the next stage, so that the
 * orchestration can begin a new generation between any two of them. Returns how the run ended.
 * @throws {Error} where the orchestration is of a version that this code does not know.
 */
export function* trackRun(
  context: OrchestrationContext,
  admissionOf: (workspace: string) => EntityId,
): Generator<Task, RunEnd | undefined, unknown> {
  versionOf(context);
  const state = context.df.getInput<TrackState>();
  const admission = admissionOf(state.workspace);
  const sleeper = new Sleeper(context, state.key);
  for (let steps = 0; mayGoOn(steps, sleeper); steps++) {
    if (state.stage.name === 'done') return state.stage.end;
    try {
      state.stage = yield* step(context, state, state.stage, admission, sleeper);
      state.failures = 0;
    } catch (error) {
      // An activity failed, most likely for want of storage: the step is taken again, as often as it needs.
      if (++state.failures > MAX_FAILURES) throw error;
      yield* sleeper.until(sleeper.nowMs + backOffMs(state.failures));
    }
  }
  if (state.stage.name === 'follow') state.stage.isResumed = true;
  context.df.continueAsNew(state);
  return undefined;
}

function mayGoOn(steps: number, sleeper: Sleeper): boolean {
  return steps < STEPS_PER_GENERATION || (sleeper.isWoken && steps < STEPS_PER_GENERATION + EXTRA_STEPS);
}

function* step(
  context: OrchestrationContext,
  state: TrackState,
  stage: Stage,
  admission: EntityId,
  sleeper: Sleeper,
): Generator<Task, Stage, unknown> {
  switch (stage.name) {
    case 'admit':
      return yield* admit(context, state, stage, admission, sleeper);
    case 'submit': {
      const next = yield* submit(context, state, stage, admission, sleeper);
      if (next.name !== 'complete') return next;
      releaseAdmission(context, admission, state.taskCount, stage.slot);
      return afterEnd(state, next.end, sleeper.nowMs);
    }
    case 'follow': {
      const next = yield* follow(context, state, stage, admission, sleeper);
      if (next.name !== 'complete') return next;
      releaseAdmission(context, admission, state.taskCount, null);
      return afterEnd(state, next.end, sleeper.nowMs);
    }
    case 'back_off':
      return yield* backOff(context, state, stage, sleeper);
    case 'complete':
      return yield* complete(context, state, stage, sleeper);
    case 'tell':
      return yield* tell(context, state, stage, sleeper);
    case 'done':
      return stage;
  }
}

/** An attempt has ended: the run is tried again where its owner wants that. */
function afterEnd(state: TrackState, end: RunEnd, nowMs: number): Stage {
  const attempts = state.attempt - state.attemptsBefore;
  const again =
    state.stop === null &&
    attempts < state.retry.maxAttempts &&
    !isSuccess(end.outcome) &&
    end.outcome !== 'rejected' &&
    // It may be at work all the same: another would double it.
    end.outcome !== 'lost' &&
    end.failure !== null &&
    state.retry.on.includes(end.failure.class);
  if (!again) return { name: 'complete', end, tries: 0 };
  return { name: 'back_off', untilMs: nowMs + state.retry.backoffMs * 2 ** (attempts - 1), begun: false };
}

function* backOff(
  context: OrchestrationContext,
  state: TrackState,
  stage: Stage & { name: 'back_off' },
  sleeper: Sleeper,
): Generator<Task, Stage, unknown> {
  if (!stage.begun) {
    yield* call(context, 'begin-attempt', { key: state.key, attempt: state.attempt + 1 });
    state.attempt++;
    return { ...stage, begun: true };
  }
  const wake = yield* sleeper.until(Math.min(stage.untilMs, state.deadlineAtMs ?? Infinity));
  if (wake?.reason === 'cancel') return { name: 'complete', end: canceledEarly(state), tries: 0 };
  if (isOverdue(state, sleeper.nowMs)) return { name: 'complete', end: overdue(), tries: 0 };
  return wake === null ? { name: 'admit', ticket: null, noted: false } : stage;
}

function* complete(
  context: OrchestrationContext,
  state: TrackState,
  stage: Stage & { name: 'complete' },
  sleeper: Sleeper,
): Generator<Task, Stage, unknown> {
  const final = stage.tries >= MAX_COLLECT_TRIES;
  const result = yield* call(context, 'complete-run', {
    key: state.key,
    attempt: state.attempt,
    end: stage.end,
    final,
  });
  if (result.kind === 'completed') return { name: state.notify ? 'tell' : 'done', end: stage.end, tries: 0 };
  if (result.kind === 'again') {
    yield* sleeper.until(sleeper.nowMs + result.againMs);
    return stage;
  }
  yield* sleeper.until(sleeper.nowMs + backOffMs(stage.tries));
  return { ...stage, tries: stage.tries + 1 };
}

function* tell(
  context: OrchestrationContext,
  state: TrackState,
  stage: Stage & { name: 'tell' },
  sleeper: Sleeper,
): Generator<Task, Stage, unknown> {
  const { tries, sinceMs = sleeper.nowMs } = stage;
  const final = tries >= MAX_TELL_TRIES || sleeper.nowMs - sinceMs >= MAX_TELL_MS;
  const result = yield* call(context, 'notify-end', { key: state.key, attempt: state.attempt, final });
  if (result.kind === 'told' || final) return { name: 'done', end: stage.end };
  const isBusy = result.kind === 'busy';
  yield* sleeper.until(sleeper.nowMs + (isBusy ? result.againMs : tellAgainMs(tries)));
  return { ...stage, tries: isBusy ? tries : tries + 1, sinceMs };
}
