import type { Task } from 'durable-functions';
import { notifyAgainMs } from './back-off.ts';
import type { RunWorkflow } from './run-workflow.ts';
import type { Stage, StageOf } from './track-state.ts';

/** With the waits between them, more than an hour. */
const MAX_TRIES = 15;

/** Receivers that are too busy, or left alone because none of them responds, may let a run wait for its tries. */
const MAX_MS = 2 * 3_600_000;

/** Notifies those whom the first try has not reached, until every receiver has it, or the rest is given up. */
export function* notify(
  { state, timer, call }: RunWorkflow,
  stage: StageOf<'notify'>,
): Generator<Task, Stage, unknown> {
  const { tries, sinceMs, untilMs } = stage;
  yield* timer.reach(untilMs);
  const final = tries >= MAX_TRIES || timer.nowMs - sinceMs >= MAX_MS;
  const result = yield* call('notify-end', { key: state.key, attempt: state.attempt, final });
  if (result.kind === 'notified' || final) return { name: 'done', end: stage.end };
  const isBusy = result.kind === 'busy';
  const againMs = isBusy ? result.againMs : notifyAgainMs(tries);
  return { ...stage, tries: isBusy ? tries : tries + 1, untilMs: timer.nowMs + againMs };
}
