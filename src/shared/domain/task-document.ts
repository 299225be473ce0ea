import { taskKey, type DatabricksTask } from './databricks-run.ts';
import { activeStatus, hasEnded, outcomeOf, positive } from './databricks-state.ts';
import { isoTime } from './instant.ts';
import type { Outcome, RunStatus } from './outcome.ts';

/** A task of a run, as the HTTP contract shows it. */
export interface TaskDocument {
  task_key: string;
  run_id: string;
  status: RunStatus;
  outcome: Outcome | null;
  attempt_number: number;
  /** When Databricks began it, ISO 8601. */
  started_at?: string;
  /** When it ended, ISO 8601. */
  ended_at?: string;
  /** How long its compute took to start, once that has. */
  setup_seconds?: number;
  /** It repeats another task; the result has its iterations. */
  is_for_each?: true;
}

/** What the documents say of a task. */
export function taskDocument(task: DatabricksTask): TaskDocument {
  const ended = hasEnded(task);
  const status = ended ? 'completed' : activeStatus(task);
  return {
    task_key: taskKey(task),
    run_id: task.run_id,
    status,
    outcome: ended ? outcomeOf(task) : null,
    attempt_number: task.attempt_number ?? 0,
    ...timesOf(task, status),
    ...(typeof task.for_each_task === 'object' && task.for_each_task !== null ? { is_for_each: true } : {}),
  };
}

/** What does not change any more while the task stays in this status: a run is written where something of it is new. */
function timesOf(
  { start_time: startMs, end_time: endMs, setup_duration: setupMs }: DatabricksTask,
  status: RunStatus,
): Pick<TaskDocument, 'started_at' | 'ended_at' | 'setup_seconds'> {
  const startedAt = isoTime(positive(startMs));
  const endedAt = status === 'completed' ? isoTime(positive(endMs)) : null;
  const setup = status === 'pending' ? null : positive(setupMs);
  return {
    ...(startedAt === null ? {} : { started_at: startedAt }),
    ...(endedAt === null ? {} : { ended_at: endedAt }),
    ...(setup === null ? {} : { setup_seconds: setup / 1_000 }),
  };
}

/** The iterations of a for-each task that has ended, in the order of its inputs. */
export function iterationDocuments(iterations: readonly DatabricksTask[]): TaskDocument[] {
  return iterations.map(taskDocument);
}
