import type { Task } from 'durable-functions';
import type { AdmissionCall, CreationSlot, Successor } from '../domain/admission.ts';
import type { RunWorkflow } from './run-workflow.ts';

/**
 * Gives back the places of an attempt that has ended, and its slot where it has created nothing, or says which run has
 * taken them over. Returns who may go now.
 */
export function* giveBack(
  { state, admission }: RunWorkflow,
  { unused = null, successor = null }: { unused?: CreationSlot | null; successor?: Successor | null | undefined },
): Generator<Task, AdmissionCall[], unknown> {
  const { taskCount: tasks, successorTicket: ticket, caller } = state;
  const calls = yield* admission.release({
    tasks,
    unused,
    ...(ticket === undefined ? {} : { ticket }),
    ...(successor === null ? {} : { successor }),
    ...(caller.activeLimit === null ? {} : { caller: caller.key }),
  });
  delete state.successorTicket;
  return calls;
}
