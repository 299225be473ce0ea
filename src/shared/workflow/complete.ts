import type { Task } from 'durable-functions';
import type { RunEnd } from './activities.ts';
import { backOffMs } from './back-off.ts';
import type { RunWorkflow } from './run-workflow.ts';
import { newSubmit, type Stage, type StageOf } from './track-state.ts';

/** Outputs that cannot be read at so many tries are noted as missing. */
const MAX_TRIES = 20;

/**
 * Keeps the outputs and closes the run. An end that came before the submit is put off where a request may have been
 * sent all the same, by an orchestration that was here before, or by a late repetition: that is settled first.
 */
export function* complete(
  { state, admission, timer, call }: RunWorkflow,
  { calls = [], ...stage }: StageOf<'complete'>,
): Generator<Task, Stage, unknown> {
  const result = yield* call('complete-run', {
    key: state.key,
    attempt: state.attempt,
    end: stage.end,
    ...(stage.unsent === undefined ? {} : { unsent: true }),
    final: stage.tries >= MAX_TRIES,
    calls,
  });
  if (result.kind === 'completed') return afterCompletion(timer.nowMs, stage.end, result.notifyAgainMs);
  if (result.kind === 'sent') {
    state.stop = stage.end.outcome === 'canceled' ? 'cancel' : 'deadline';
    // Whoever sent a request for a run that waits here had a place for it, but for one that has taken over another's.
    if (stage.unsent === 'admitted' || !result.hasPlace) {
      const { taskCount: to, caller } = state;
      admission.resize({ from: 0, to, ...(caller.activeLimit === null ? {} : { caller: caller.key }) });
    }
    return newSubmit({ atMs: 0, notAfterMs: 0 });
  }
  if (result.kind === 'again') {
    yield* timer.until(timer.nowMs + result.againMs);
    return stage;
  }
  yield* timer.until(timer.nowMs + backOffMs(stage.tries));
  return { ...stage, tries: stage.tries + 1 };
}

/** The first try to notify was made where the run was closed. */
function afterCompletion(nowMs: number, end: RunEnd, notifyAgainMs: number | null): Stage {
  if (notifyAgainMs === null) return { name: 'done', end };
  return { name: 'notify', end, tries: 1, sinceMs: nowMs, untilMs: nowMs + notifyAgainMs };
}
