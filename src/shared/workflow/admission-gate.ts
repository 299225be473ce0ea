import type { EntityId, OrchestrationContext, Task } from 'durable-functions';
import type { AdmissionCall, AdmissionResponse, CreationKind, CreationSlot } from '../domain/admission.ts';
import type { AdmissionCalls } from '../domain/admission-calls.ts';
import type { QueuedCaller } from '../domain/caller-queues.ts';
import type { RunAttempt } from '../domain/run-record.ts';

/** The `admission` entity of a workspace, as an orchestration calls and signals it. */
export class AdmissionGate {
  readonly #context: OrchestrationContext;
  readonly #entity: EntityId;

  constructor(context: OrchestrationContext, entity: EntityId) {
    this.#context = context;
    this.#entity = entity;
  }

  /** Asks for places, to be called when there are. Without a ticket, draws one. */
  *ask(asking: {
    ticket: number | null;
    tasks: number;
    kind: CreationKind;
    run: RunAttempt;
    caller: QueuedCaller;
  }): Generator<Task, AdmissionResponse, unknown> {
    return yield* this.#call('ask', { ...asking, instanceId: this.#context.df.instanceId });
  }

  /** Moves a slot, and closes the gate for all calls of the kind after a 429. */
  *move<Name extends 'throttled' | 'reschedule'>(
    name: Name,
    input: AdmissionCalls[Name]['input'],
  ): Generator<Task, CreationSlot, unknown> {
    return yield* this.#call(name, input);
  }

  /** Gives back the place of a run that has ended, or says who has taken it over. Returns who may go now. */
  *release(released: AdmissionCalls['release']['input']): Generator<Task, AdmissionCall[], unknown> {
    return yield* this.#call('release', released);
  }

  /** Gives back the ticket of a run that does not know of having been let through. Returns who may go now. */
  *abandon(ticket: number): Generator<Task, AdmissionCall[], unknown> {
    return yield* this.#call('abandon', { ticket });
  }

  /** Says that a run has turned out to be of another size. */
  resize(sizes: AdmissionCalls['resize']['input']): void {
    this.#context.df.signalEntity(this.#entity, 'resize', sizes);
  }

  *#call<Name extends 'ask' | 'throttled' | 'reschedule' | 'release' | 'abandon'>(
    name: Name,
    input: AdmissionCalls[Name]['input'],
  ): Generator<Task, AdmissionCalls[Name]['output'], unknown> {
    return (yield this.#context.df.callEntity(this.#entity, name, input)) as AdmissionCalls[Name]['output'];
  }
}
