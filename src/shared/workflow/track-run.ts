import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import type { RunEnd } from './activities.ts';
import { admit } from './admit.ts';
import { backOffMs } from './back-off.ts';
import { complete } from './complete.ts';
import { follow } from './follow.ts';
import { giveBack } from './give-back.ts';
import type { InterruptibleTimer } from './interruptible-timer.ts';
import { notify } from './notify.ts';
import { afterAttempt, retryWait } from './retry-wait.ts';
import { runWorkflow, type RunWorkflow } from './run-workflow.ts';
import { submit } from './submit.ts';
import type { Stage } from './track-state.ts';
import { versionOf } from './version.ts';

/** A stage adds at most a dozen history events each time; an instance stays well under 1,000. */
const STAGES_PER_GENERATION = 60;

/** A new generation is put off so long for the sake of an event that no stage has acted on yet. */
const EXTRA_STAGES = 10;

/** Stages that fail in a row; beyond, the orchestration fails, and the sweep takes the run up again. */
const MAX_FAILURES = 20;

/**
 * The life of a run: admit, submit, follow, complete, notify. Each stage returns the next one, so that the
 * orchestration can begin a new generation between any two of them. Returns how the run ended.
 * @throws {Error} where the orchestration is of a version that this code does not know.
 */
export function* trackRun(
  context: OrchestrationContext,
  admissionOf: (workspace: string) => EntityId,
): Generator<Task, RunEnd | undefined, unknown> {
  versionOf(context);
  const workflow = runWorkflow(context, admissionOf);
  const { state, timer } = workflow;
  for (let stages = 0; mayGoOn(stages, timer); stages++) {
    if (state.stage.name === 'done') return state.stage.end;
    try {
      state.stage = yield* nextStage(workflow, state.stage);
      state.failures = 0;
    } catch (error) {
      // An activity failed, most likely for want of storage: the stage is begun again, as often as it needs.
      if (++state.failures > MAX_FAILURES) throw error;
      yield* timer.until(timer.nowMs + backOffMs(state.failures));
      readAnew(state.stage);
    }
  }
  readAnew(state.stage);
  context.df.continueAsNew(state);
  return undefined;
}

/** An event that was taken by a stage that failed, or has gone unheard between generations, comes but once. */
function readAnew(stage: Stage): void {
  if (stage.name === 'follow') stage.isResumed = true;
}

function mayGoOn(stages: number, timer: InterruptibleTimer): boolean {
  return stages < STAGES_PER_GENERATION || (timer.hasEvent && stages < STAGES_PER_GENERATION + EXTRA_STAGES);
}

function* nextStage(workflow: RunWorkflow, stage: Stage): Generator<Task, Stage, unknown> {
  switch (stage.name) {
    case 'admit':
      return yield* admit(workflow, stage);
    case 'submit': {
      const next = yield* submit(workflow, stage);
      if (next.name !== 'complete') return next;
      const calls = yield* giveBack(workflow, { unused: stage.slot });
      return next.unsent === undefined ? afterAttempt(workflow, next.end, calls) : { ...next, calls };
    }
    case 'follow': {
      const next = yield* follow(workflow, stage);
      if (next.name !== 'complete') return next;
      const calls = yield* giveBack(workflow, { successor: next.successor });
      return afterAttempt(workflow, next.end, calls);
    }
    case 'retry_wait':
      return yield* retryWait(workflow, stage);
    case 'complete':
      return yield* complete(workflow, stage);
    case 'notify':
      return yield* notify(workflow, stage);
    case 'done':
      return stage;
  }
}
