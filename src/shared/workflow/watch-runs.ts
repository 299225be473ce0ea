import type { OrchestrationContext, Task } from 'durable-functions';
import { instant } from '../domain/instant.ts';
import { TIMER_STEP_MS } from '../domain/named-delay.ts';
import type { WatchExperience } from '../domain/watch-experience.ts';
import { backOffMs } from './back-off.ts';
import type { Activities } from './activities.ts';
import { versionOf } from './version.ts';

/** The name of the event that has a watcher read earlier. */
export const EARLIER_EVENT = 'earlier';

/** An activity, a timer or an event adds some five history events. */
const STEPS_PER_GENERATION = 100;

/** What a watcher carries from one reading to the next. Times are epoch ms. */
export interface WatchState {
  workspace: string;
  /** The number of the watcher; one that is not the latest ends. */
  turn: number;
  nextAtMs: number;
  /** What the readings of the workspace have shown; null before the first. */
  experience: WatchExperience | null;
  /** To how many readings in a row Databricks did not respond. */
  unread: number;
}

type Reading = Activities['read-active-runs'];

/**
 * Reads the active runs of a workspace whenever one of them is due, until there is none: by an activity that stays for
 * long, and by a timer where it does not. An event has another activity take over from one that sleeps elsewhere, which
 * then ends by itself. It keeps no history of what it has read.
 */
export function* watchRuns(context: OrchestrationContext): Generator<Task, void, unknown> {
  versionOf(context);
  const { df } = context;
  const state = df.getInput<WatchState>();
  let event = df.waitForExternalEvent(EARLIER_EVENT);
  let failures = 0;
  for (let steps = 0; steps < STEPS_PER_GENERATION; steps++) {
    // `any` looks at no task that has completed before.
    if (event.isCompleted) {
      state.nextAtMs = Math.min(state.nextAtMs, timeOf(event));
      event = df.waitForExternalEvent(EARLIER_EVENT);
      continue;
    }
    if (state.nextAtMs > df.currentUtcDateTime.getTime()) {
      const timer = df.createTimer(instant(state.nextAtMs + TIMER_STEP_MS));
      yield df.Task.any([timer, event]);
      if (timer.isCompleted) state.nextAtMs = 0;
      else timer.cancel();
      continue;
    }
    const reading = df.callActivity('read-active-runs', inputOf(state));
    yield df.Task.any([reading, event]);
    // A task that has failed is not completed.
    if (reading.isFaulted) {
      // Storage is away, most likely. Nothing is lost by reading later.
      state.nextAtMs = df.currentUtcDateTime.getTime() + backOffMs(failures++);
    } else if (!reading.isCompleted) {
      // It sleeps, and whoever sent the event has taken the mark from it for an activity that begins at the event's time.
      state.nextAtMs = Infinity;
    } else {
      const result = reading.result as Reading['output'];
      if (result.kind === 'over') return;
      Object.assign(state, { nextAtMs: result.nextAtMs, experience: result.experience, unread: result.unread });
      failures = 0;
    }
  }
  if (event.isCompleted) state.nextAtMs = Math.min(state.nextAtMs, timeOf(event));
  df.continueAsNew(state);
}

function inputOf({ workspace, turn, experience, unread }: WatchState): Reading['input'] {
  return { workspace, turn, experience, unread };
}

/** What cannot be understood asks for a reading now, which does no harm. */
function timeOf(event: Task): number {
  const asked = Number((event.result as { atMs?: unknown } | null)?.atMs);
  return Number.isFinite(asked) ? asked : 0;
}
