import type { ScheduledTasks } from './scheduled-tasks.ts';
import { TaskNode } from './task-node.ts';

/** How long the storage's timers are. */
export interface TimerLimits {
  /** Timers longer than this are made of steps. */
  maximumShortTimerMs: number;
  longTimerStepMs: number;
}

/**
 * A timer; one that is too long for the storage is made of steps, each with an id of its own. `onStep` is called with
 * each of them as it starts.
 */
export function longTimer(
  tasks: ScheduledTasks,
  atMs: number,
  { maximumShortTimerMs, longTimerStepMs }: TimerLimits,
  onStep: (timer: TaskNode) => void,
): TaskNode {
  const outer = new TaskNode();
  const step = (): void => {
    const isLong = atMs - tasks.nowMs > maximumShortTimerMs;
    const dueMs = isLong ? tasks.nowMs + longTimerStepMs : atMs;
    const timer = tasks.timer(dueMs);
    onStep(timer);
    timer.onSettled = () => (dueMs < atMs ? step() : outer.settle(true));
  };
  step();
  return outer;
}
