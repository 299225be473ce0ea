import type { OrchestrationContext, Task } from 'durable-functions';
import { instant } from '../domain/instant.ts';
import { TIMER_STEP_MS } from '../domain/named-delay.ts';
import type { RunKey } from '../domain/run-record.ts';
import { call } from './steps.ts';

/** The event that ends a sleep early: somebody wants the run to stop, or Databricks says that it has changed. */
export const WAKE_EVENT = 'wake';

/**
 * `databricks`: a notification came; `ended`: one that says the run has ended; `look`: somebody found that the run
 * should be looked at; `check`: a sweep wants a sign that somebody follows the run, and nothing else.
 */
export interface Wake {
  reason: 'cancel' | 'databricks' | 'ended' | 'look' | 'check';
}

/** The delay of a second timer, of which a second is surely left where it is cut to whole ones. */
const AGAIN_MS = 1_500;

/**
 * A sleep that an event can end. Each sleep waits with a task of its own, and those that no event has ended are kept:
 * an event that comes between two sleeps is given to the latest of them, and is heard at the next sleep. (The library
 * gives an event to one waiting task, and looks at no task that has been given one when it waits for any of several.)
 */
export class Sleeper {
  readonly #context: OrchestrationContext;
  readonly #key: RunKey;
  #waiting: Task[] = [];

  /** `key`: the run that is slept for. */
  constructor(context: OrchestrationContext, key: RunKey) {
    this.#context = context;
    this.#key = key;
  }

  /** The orchestration's own time, epoch ms. */
  get nowMs(): number {
    return this.#context.df.currentUtcDateTime.getTime();
  }

  /** Whether an event has come that no sleep has answered yet; a new generation would not see it. */
  get isWoken(): boolean {
    return this.#waiting.some(({ isCompleted }) => isCompleted);
  }

  /**
   * Sleeps until then, never less and up to a second longer; returns what woke it, or null when the time had come. A
   * timer may fire a little early, so the clock is read after it.
   */
  *until(epochMs: number): Generator<Task, Wake | null, unknown> {
    let wake = yield* this.about(epochMs);
    while (wake === null && this.nowMs < epochMs) wake = yield* this.about(Math.max(epochMs, this.nowMs + AGAIN_MS));
    return wake;
  }

  /**
   * As `until`, for a time that need not be kept: one timer, which may fire up to a second early. A `check` ends no
   * sleep: the sign is given, and the sleep goes on.
   */
  *about(epochMs: number): Generator<Task, Wake | null, unknown> {
    for (;;) {
      const wake = yield* this.#untilWoken(epochMs);
      if (wake?.reason !== 'check') return wake;
      yield* this.#giveSign();
    }
  }

  *#giveSign(): Generator<Task, void, unknown> {
    try {
      const { instanceId } = this.#context.df;
      yield* call(this.#context, 'give-sign', { key: this.#key, instanceId });
    } catch {
      // The next sweep asks again; the step that sleeps has not failed.
    }
  }

  *#untilWoken(epochMs: number): Generator<Task, Wake | null, unknown> {
    const before = this.#heard();
    if (before !== null) return before;
    const timer = this.#context.df.createTimer(instant(epochMs + TIMER_STEP_MS));
    const event = this.#context.df.waitForExternalEvent(WAKE_EVENT);
    this.#waiting.push(event);
    yield this.#context.df.Task.any([timer, event]);
    // A loser that goes on would keep the orchestration open, and could fire into its next generation.
    if (!timer.isCompleted) timer.cancel();
    return this.#heard();
  }

  /** Sleeps until then, whatever else happens; answers early only to whoever wants the run to stop. */
  *untilOrCancel(epochMs: number): Generator<Task, Wake | null, unknown> {
    let wake: Wake | null = null;
    while (this.nowMs < epochMs && wake?.reason !== 'cancel') wake = yield* this.until(epochMs);
    return wake?.reason === 'cancel' ? wake : null;
  }

  /** Sleeps until then, whatever happens. */
  *reach(epochMs: number): Generator<Task, void, unknown> {
    while (this.nowMs < epochMs) yield* this.until(epochMs);
  }

  #heard(): Wake | null {
    const event = this.#waiting.find(({ isCompleted }) => isCompleted);
    if (event === undefined) return null;
    this.#waiting = this.#waiting.filter((other) => other !== event);
    return (event.result as Wake | null | undefined) ?? { reason: 'look' };
  }
}
