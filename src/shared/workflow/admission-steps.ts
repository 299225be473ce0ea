import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import type { CreationSlot } from '../domain/admission.ts';
import type { AdmissionCalls } from '../domain/admission-calls.ts';

/** Asks the entity and waits for its answer. */
export function* askAdmission<Name extends 'ask' | 'throttled' | 'reschedule'>(
  context: OrchestrationContext,
  entity: EntityId,
  name: Name,
  input: AdmissionCalls[Name]['input'],
): Generator<Task, AdmissionCalls[Name]['output'], unknown> {
  return (yield context.df.callEntity(entity, name, input)) as AdmissionCalls[Name]['output'];
}

/** Gives back the place of a run that has ended, and its slot where it has created nothing. */
export function releaseAdmission(
  context: OrchestrationContext,
  entity: EntityId,
  tasks: number,
  unused: CreationSlot | null,
): void {
  tell(context, entity, 'release', { tasks, unused });
}

/** Says that a run has turned out to be of another size. */
export function resizeAdmission(
  context: OrchestrationContext,
  entity: EntityId,
  sizes: { from: number; to: number },
): void {
  tell(context, entity, 'resize', sizes);
}

/** Gives back the ticket of a run that was never let through. */
export function abandonAdmission(context: OrchestrationContext, entity: EntityId, ticket: number): void {
  tell(context, entity, 'abandon', { ticket });
}

function tell<Name extends 'release' | 'resize' | 'abandon'>(
  context: OrchestrationContext,
  entity: EntityId,
  name: Name,
  input: AdmissionCalls[Name]['input'],
): void {
  context.df.signalEntity(entity, name, input);
}
