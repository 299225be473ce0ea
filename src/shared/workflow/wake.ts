import type { OrchestrationContext, Task } from 'durable-functions';
import { instant } from '../domain/instant.ts';

/** The event that ends a sleep early: somebody wants the run to stop, or Databricks says that it has changed. */
export const WAKE_EVENT = 'wake';

/**
 * `databricks`: a notification came; `ended`: one that says the run has ended; `look`: somebody found that the run
 * should be looked at.
 */
export interface Wake {
  reason: 'cancel' | 'databricks' | 'ended' | 'look';
}

/**
 * A sleep that an event can end. One waiter serves all sleeps of an orchestration: with a waiter a sleep, an event
 * that came between two sleeps would go to a waiter that nobody reads any more.
 */
export class Sleeper {
  readonly #context: OrchestrationContext;
  #event: Task;

  constructor(context: OrchestrationContext) {
    this.#context = context;
    this.#event = context.df.waitForExternalEvent(WAKE_EVENT);
  }

  /** The orchestration's own time, epoch ms. */
  get nowMs(): number {
    return this.#context.df.currentUtcDateTime.getTime();
  }

  /** Whether an event has come that no sleep has answered yet; a new generation would not see it. */
  get isWoken(): boolean {
    return this.#event.isCompleted;
  }

  /** Sleeps until then; answers what woke it, or null when the time had come. */
  *until(epochMs: number): Generator<Task, Wake | null, unknown> {
    const timer = this.#context.df.createTimer(instant(epochMs));
    const winner = yield this.#context.df.Task.any([timer, this.#event]);
    if (winner === timer) return null;
    // A loser that goes on would keep the orchestration open, and could fire into its next generation.
    if (!timer.isCompleted) timer.cancel();
    const wake = this.#event.result as Wake | null | undefined;
    this.#event = this.#context.df.waitForExternalEvent(WAKE_EVENT);
    return wake ?? { reason: 'look' };
  }
}
