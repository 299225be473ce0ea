import type { RunRecord, TaskRecord } from './record.ts';
import type { Outcome } from './state.ts';

/** Where a task's code gets its compute: ready at a time of the emulated clock, epoch ms, or not at all. */
export type Compute = { readyAt: number; clusterId?: string } | { failure: Outcome };

/** What an execution reports to the life of its run. */
export interface Progress {
  /** The code runs from now. */
  started(): void;
  finished(outcome: Outcome): void;
  /** Halts the time limits while the emulator itself is short of something; returns what lets them go on. */
  halt(): () => void;
}

/** How tasks come to run; the life of a run knows no more of notebooks or clusters. */
export interface Executor {
  acquireCompute(task: TaskRecord, run: RunRecord): Compute;
  /** The attempt has ended; compute of its own is let go. */
  releaseCompute(task: TaskRecord): void;
  /** Runs the task's code and writes its output into the record; returns what stops it. */
  execute(task: TaskRecord, run: RunRecord, progress: Progress): () => void;
}

/** What webhooks are sent for. */
export type RunEvent = 'start' | 'success' | 'failure' | 'duration_warning_threshold_exceeded';
