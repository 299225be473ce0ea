import type { OrchestrationContext, Task } from 'durable-functions';
import { instant } from '../domain/instant.ts';
import { TIMER_STEP_MS } from '../domain/named-delay.ts';
import type { ListExperience } from '../domain/watch-plan.ts';
import { call } from './activities.ts';
import { backOffMs } from './back-off.ts';
import { versionOf } from './version.ts';

/** The name of the event that makes a watcher read earlier. */
export const EARLIER_EVENT = 'earlier';

/** Each reading adds some ten history events. */
const READINGS_PER_GENERATION = 50;

/** What a watcher carries from one reading to the next. Times are epoch ms. */
export interface WatchState {
  workspace: string;
  /** The number of the watcher; one that is not the latest ends. */
  turn: number;
  nextAtMs: number;
  /** What lists of the workspace were like; null before the first. */
  experience: ListExperience | null;
  /** How many readings in a row Databricks did not answer. */
  unread: number;
}

/**
 * Reads the active runs of a workspace whenever one of them is due, until there is none. It keeps no history of what it
 * has read, and holds nothing while it waits.
 */
export function* watchRuns(context: OrchestrationContext): Generator<Task, void, unknown> {
  versionOf(context);
  const state = context.df.getInput<WatchState>();
  const earlier = new Earlier(context);
  let failures = 0;
  for (let readings = 0; readings < READINGS_PER_GENERATION; readings++) {
    yield* earlier.until(state);
    try {
      const { workspace, turn, experience, unread } = state;
      const result = yield* call(context, 'read-active-runs', { workspace, turn, experience, unread });
      if (result.kind === 'over') return;
      Object.assign(state, { nextAtMs: result.nextAtMs, experience: result.experience, unread: result.unread });
      failures = 0;
    } catch {
      // Storage is away, most likely. Nothing is lost by reading later.
      state.nextAtMs = context.df.currentUtcDateTime.getTime() + backOffMs(failures++);
    }
  }
  earlier.apply(state);
  context.df.continueAsNew(state);
}

/** The events that ask for an earlier reading. One task hears them all, one after the other. */
class Earlier {
  readonly #context: OrchestrationContext;
  #event: Task;

  constructor(context: OrchestrationContext) {
    this.#context = context;
    this.#event = context.df.waitForExternalEvent(EARLIER_EVENT);
  }

  /** Waits for the time of the next reading, which an event may bring forward. */
  *until(state: WatchState): Generator<Task, void, unknown> {
    for (;;) {
      this.apply(state);
      const { df } = this.#context;
      if (state.nextAtMs <= df.currentUtcDateTime.getTime()) return;
      const timer = df.createTimer(instant(state.nextAtMs + TIMER_STEP_MS));
      yield df.Task.any([timer, this.#event]);
      if (timer.isCompleted) return;
      timer.cancel();
    }
  }

  /** Takes the times of the events that have come into the state. */
  apply(state: WatchState): void {
    while (this.#event.isCompleted) {
      const asked = Number((this.#event.result as { atMs?: unknown } | null)?.atMs);
      // What cannot be understood asks for a reading now, which does no harm.
      state.nextAtMs = Number.isFinite(asked) ? Math.min(state.nextAtMs, asked) : 0;
      this.#event = this.#context.df.waitForExternalEvent(EARLIER_EVENT);
    }
  }
}
