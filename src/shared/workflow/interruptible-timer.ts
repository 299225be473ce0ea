import type { OrchestrationContext, Task } from 'durable-functions';
import type { CreationSlot } from '../domain/admission.ts';
import { instant } from '../domain/instant.ts';
import { TIMER_STEP_MS } from '../domain/named-delay.ts';
import type { RunKey } from '../domain/run-record.ts';
import { call, type FollowResult, type SubmittedResult } from './activities.ts';

/** The name of the event that ends a wait early. */
export const RUN_EVENT = 'run-event';

/**
 * `ended`: Databricks has notified of the run's end; `look`: the run should be read; `read`: it has been read, with
 * what came of it, while this attempt was active (a repair is of the same Databricks run); `check`: a sweep wants a
 * sign that the run is followed, and nothing else.
 */
export type RunEvent =
  | { reason: 'cancel' | 'ended' | 'poll' | 'ping' }
  | { reason: 'read'; runId: string; attempt: number; result: FollowResult }
  | AdmissionEvent;

/** `admitted`: the run with this ticket was let through, and has this slot; `ask`: it may ask again. */
export type AdmissionEvent = AdmittedEvent | { reason: 'ask'; ticket: number };

/**
 * `successor`: the run has taken over the place of another. `submitted`: what came of handing it to Databricks, where
 * whoever let it through has done that.
 */
export interface AdmittedEvent {
  reason: 'admitted';
  ticket: number;
  slot: CreationSlot;
  successor?: boolean;
  submitted?: SubmittedResult;
}

/** The delay of a second timer, of which a second is surely left where it is cut to whole ones. */
const AGAIN_MS = 1_500;

/**
 * A timer that an event can end. Each wait has a task of its own, and those that no event has ended are kept: an event
 * that comes between two waits is given to the latest of them, and ends the next wait. (The library
 * gives an event to one waiting task, and looks at no task that has been given one when it waits for any of several.)
 */
export class InterruptibleTimer {
  readonly #context: OrchestrationContext;
  readonly #key: RunKey;
  #waiting: Task[] = [];

  /** `key`: the run that is waited for. */
  constructor(context: OrchestrationContext, key: RunKey) {
    this.#context = context;
    this.#key = key;
  }

  /** The orchestration's own time, epoch ms. */
  get nowMs(): number {
    return this.#context.df.currentUtcDateTime.getTime();
  }

  /** Whether an event has come that has ended no wait yet; a new generation would not see it. */
  get hasEvent(): boolean {
    return this.#waiting.some(({ isCompleted }) => isCompleted);
  }

  /**
   * Waits until then, never less and up to a second longer; returns the event that ended it, or null when the time had
   * come. A timer may fire a little early, so the clock is read after it.
   */
  *until(epochMs: number, ticket?: number): Generator<Task, RunEvent | null, unknown> {
    let event = yield* this.about(epochMs, ticket);
    while (event === null && this.nowMs < epochMs)
      event = yield* this.about(Math.max(epochMs, this.nowMs + AGAIN_MS), ticket);
    return event;
  }

  /**
   * As `until`, for a time that need not be kept: one timer, which may fire up to a second early. A `check` ends no
   * wait: the sign is given, and the wait goes on. Nor does a call by the gate, unless the wait is for the place of a
   * `ticket`.
   */
  *about(epochMs: number, ticket?: number): Generator<Task, RunEvent | null, unknown> {
    for (;;) {
      const event = yield* this.#untilEvent(epochMs);
      if (event?.reason === 'ping') yield* this.#recordHeartbeat();
      else if (event === null || !isCall(event) || event.ticket === ticket) return event;
    }
  }

  *#recordHeartbeat(): Generator<Task, void, unknown> {
    try {
      const { instanceId } = this.#context.df;
      yield* call(this.#context, 'record-heartbeat', { key: this.#key, instanceId });
    } catch {
      // The next sweep asks again; the stage that waits has not failed.
    }
  }

  *#untilEvent(epochMs: number): Generator<Task, RunEvent | null, unknown> {
    const before = this.#nextEvent();
    if (before !== null) return before;
    const timer = this.#context.df.createTimer(instant(epochMs + TIMER_STEP_MS));
    const event = this.#context.df.waitForExternalEvent(RUN_EVENT);
    this.#waiting.push(event);
    yield this.#context.df.Task.any([timer, event]);
    // A loser that goes on would keep the orchestration open, and could fire into its next generation.
    if (!timer.isCompleted) timer.cancel();
    return this.#nextEvent();
  }

  /** Waits until then, whatever else happens; ended early only by a cancellation request. */
  *untilOrCancel(epochMs: number): Generator<Task, RunEvent | null, unknown> {
    let event: RunEvent | null = null;
    while (this.nowMs < epochMs && event?.reason !== 'cancel') event = yield* this.until(epochMs);
    return event?.reason === 'cancel' ? event : null;
  }

  /** Waits until then, whatever happens. */
  *reach(epochMs: number): Generator<Task, void, unknown> {
    while (this.nowMs < epochMs) yield* this.until(epochMs);
  }

  #nextEvent(): RunEvent | null {
    const event = this.#waiting.find(({ isCompleted }) => isCompleted);
    if (event === undefined) return null;
    this.#waiting = this.#waiting.filter((other) => other !== event);
    return (event.result as RunEvent | null | undefined) ?? { reason: 'poll' };
  }
}

function isCall(event: RunEvent): event is AdmissionEvent {
  return event.reason === 'admitted' || event.reason === 'ask';
}
