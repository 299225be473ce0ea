import type { Task } from 'durable-functions';
import { backOffMs } from './back-off.ts';
import type { RunWorkflow } from './run-workflow.ts';
import type { Stage, StageOf } from './track-state.ts';

/** Outputs that cannot be read at so many tries are noted as missing. */
const MAX_TRIES = 20;

/** Keeps the outputs and closes the run. */
export function* complete(
  { state, timer, call }: RunWorkflow,
  stage: StageOf<'complete'>,
): Generator<Task, Stage, unknown> {
  const result = yield* call('complete-run', {
    key: state.key,
    attempt: state.attempt,
    end: stage.end,
    final: stage.tries >= MAX_TRIES,
  });
  if (result.kind === 'completed') return { name: state.notify ? 'notify' : 'done', end: stage.end, tries: 0 };
  if (result.kind === 'again') {
    yield* timer.until(timer.nowMs + result.againMs);
    return stage;
  }
  yield* timer.until(timer.nowMs + backOffMs(stage.tries));
  return { ...stage, tries: stage.tries + 1 };
}
