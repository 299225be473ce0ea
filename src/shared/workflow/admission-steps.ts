import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import type { AdmissionAnswer, CreationSlot } from '../domain/admission.ts';

/** What the entity of a workspace can be asked; see the `admission` entity. */
export interface AdmissionOperations {
  /** Without a ticket, issues one first. */
  ask: { input: { ticket: number | null; tasks: number; createdAtMs: number }; output: AdmissionAnswer };
  /** After a 429: closes the gate for all until then, and answers when this run may try again. */
  throttled: { input: { untilMs: number }; output: CreationSlot };
  /** The slot was missed: answers another one, and gives the old one to others if it was certainly not used. */
  reschedule: { input: { unusedAtMs: number | null }; output: CreationSlot };
}

/** Asks the entity and waits for its answer. */
export function* askAdmission<Name extends keyof AdmissionOperations>(
  context: OrchestrationContext,
  entity: EntityId,
  name: Name,
  input: AdmissionOperations[Name]['input'],
): Generator<Task, AdmissionOperations[Name]['output'], unknown> {
  return (yield context.df.callEntity(entity, name, input)) as AdmissionOperations[Name]['output'];
}

/** Gives back the place of a run that has ended. */
export function releaseAdmission(context: OrchestrationContext, entity: EntityId, tasks: number): void {
  context.df.signalEntity(entity, 'release', { tasks });
}

/** Gives back the ticket of a run that was never let through. */
export function abandonAdmission(context: OrchestrationContext, entity: EntityId, ticket: number): void {
  context.df.signalEntity(entity, 'abandon', { ticket });
}
