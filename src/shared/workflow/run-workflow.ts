import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import { call, type Activities } from './activities.ts';
import { AdmissionGate } from './admission-gate.ts';
import { InterruptibleTimer } from './interruptible-timer.ts';
import type { TrackState } from './track-state.ts';

/** What a stage of a run works with: what is carried, and all that an orchestration may ask for. */
export interface RunWorkflow {
  readonly state: TrackState;
  readonly admission: AdmissionGate;
  readonly timer: InterruptibleTimer;
  /** Calls one activity and returns what it returned. */
  readonly call: <Name extends keyof Activities>(
    name: Name,
    input: Activities[Name]['input'],
  ) => Generator<Task, Activities[Name]['output'], unknown>;
}

/** The workflow of the run that an orchestration was given. `admissionOf`: the entity of a workspace. */
export function runWorkflow(context: OrchestrationContext, admissionOf: (workspace: string) => EntityId): RunWorkflow {
  const state = context.df.getInput<TrackState>();
  return {
    state,
    admission: new AdmissionGate(context, admissionOf(state.workspace)),
    timer: new InterruptibleTimer(context, state.key),
    call: (name, input) => call(context, name, input),
  };
}
