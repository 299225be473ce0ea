import type { Clusters } from '../clusters.ts';
import type { Id } from '../ids.ts';
import type { PythonResources } from '../python/host/python-context.ts';
import type { Progress } from '../runs/execution.ts';
import type { RunRecord, TaskRecord } from '../runs/record.ts';

/** What tasks are run with. */
export interface ExecutorOptions extends PythonResources {
  clusters: Clusters;
  /** Starts a run of a saved job, or goes on with the one that it has started, and calls back at its end; undefined if there is no such job. */
  runJob(
    jobId: Id,
    parameters: Record<string, unknown>,
    startedRunId: number | undefined,
    onEnded: (run: RunRecord) => void,
  ): { runId: number; stop(): void } | undefined;
}

/** One execution of a task. */
export interface TaskExecution {
  task: TaskRecord;
  run: RunRecord;
  progress: Progress;
  options: ExecutorOptions;
}

/** A type of task that the emulator runs. */
export interface TaskType {
  /** The field of a task's settings that makes it one of this type. */
  readonly field: `${string}_task`;
  /** Runs the task and writes its output into the record; returns what stops it. */
  execute(execution: TaskExecution): () => void;
}
