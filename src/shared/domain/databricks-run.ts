import type { DatabricksState } from './databricks-state.ts';

/** A task of a Databricks run. */
export interface DatabricksTask extends DatabricksState {
  run_id: string;
  task_key?: string | undefined;
  attempt_number?: number | undefined;
  /** Epoch ms; 0 or absent where it has not begun, or not ended. */
  start_time?: number | undefined;
  end_time?: number | undefined;
  /** How long its compute took to start, ms. */
  setup_duration?: number | undefined;
  for_each_task?: unknown;
}

/** A Databricks run as it is read. */
export interface DatabricksRun extends DatabricksState {
  run_id: string;
  job_id?: string | undefined;
  run_name?: string | undefined;
  run_page_url?: string | undefined;
  start_time?: number | undefined;
  end_time?: number | undefined;
  tasks: DatabricksTask[];
}

/** The key of a task that was given none: the only task of a run that was submitted in the single-task shorthand. */
const UNNAMED_TASK_KEY = 'main';

/** A retried task appears once an attempt; the last attempt stands for it, in the order the tasks came. */
export function latestAttempts<Task extends DatabricksTask>(tasks: readonly Task[]): Task[] {
  const latest = new Map<string, Task>();
  for (const task of tasks) {
    const key = taskKey(task);
    const known = latest.get(key);
    if (known === undefined || (task.attempt_number ?? 0) >= (known.attempt_number ?? 0)) latest.set(key, task);
  }
  return [...latest.values()];
}

/** The key of a task, or `main` where it has none. */
export function taskKey({ task_key: key }: { task_key?: string | null | undefined }): string {
  return key === undefined || key === null || key === '' ? UNNAMED_TASK_KEY : key;
}
