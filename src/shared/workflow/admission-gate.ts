import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import type { CreationSlot } from '../domain/admission.ts';
import type { AdmissionCalls } from '../domain/admission-calls.ts';

/** The `admission` entity of a workspace, as an orchestration calls and signals it. */
export class AdmissionGate {
  readonly #context: OrchestrationContext;
  readonly #entity: EntityId;

  constructor(context: OrchestrationContext, entity: EntityId) {
    this.#context = context;
    this.#entity = entity;
  }

  /** Calls an operation and waits for what it returns. */
  *call<Name extends 'ask' | 'throttled' | 'reschedule'>(
    name: Name,
    input: AdmissionCalls[Name]['input'],
  ): Generator<Task, AdmissionCalls[Name]['output'], unknown> {
    return (yield this.#context.df.callEntity(this.#entity, name, input)) as AdmissionCalls[Name]['output'];
  }

  /** Gives back the place of a run that has ended, and its slot where it has created nothing. */
  release(tasks: number, unused: CreationSlot | null): void {
    this.#signal('release', { tasks, unused });
  }

  /** Says that a run has turned out to be of another size. */
  resize(sizes: { from: number; to: number }): void {
    this.#signal('resize', sizes);
  }

  /** Gives back the ticket of a run that was never let through. */
  abandon(ticket: number): void {
    this.#signal('abandon', { ticket });
  }

  #signal<Name extends 'release' | 'resize' | 'abandon'>(name: Name, input: AdmissionCalls[Name]['input']): void {
    this.#context.df.signalEntity(this.#entity, name, input);
  }
}
