import type { JobsClient } from '../../databricks/jobs.ts';
import type { Run } from '../../databricks/schemas.ts';
import { latestAttempts } from '../../domain/databricks-run.ts';
import { observeRun, type Observation } from '../../domain/observe-run.ts';
import type { TaskDocument } from '../../domain/task-document.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { concurrentTasks } from '../../domain/task-count.ts';

/** How old what a run document says of the tasks beyond the first page may become while its state does not change. */
const TASKS_READ_AFTER_MS = 5 * 60_000;

/** What a reading needs of the record of the run. */
type Known = Pick<RunRecord, 'status' | 'tasks' | 'tasksReadAtMs'> & {
  request: Pick<RunRecord['request'], 'shorthandTaskKey'>;
};

/** What was read of a run, with all the tasks that are known of it. */
export interface Reading {
  observation: Observation;
  tasksReadAtMs: RunRecord['tasksReadAtMs'];
  /** How many task runs it may be at once; null where that was not read. */
  taskCount: number | null;
}

/**
 * Reads the state of a run, which is on its first page. The other pages of a run of more than a hundred tasks are read
 * once it has ended, when its state has changed, and every five minutes; in between, what was read before stands.
 * Throws the leaves of `DatabricksError`.
 */
export async function readRun(
  jobs: Pick<JobsClient, 'getRun' | 'getRunPage'>,
  runId: string,
  record: Known,
  { call, nowMs }: { call: Parameters<JobsClient['getRunPage']>[1]; nowMs: number },
): Promise<Reading> {
  const page = await jobs.getRunPage(runId, call);
  const { shorthandTaskKey } = record.request;
  const observation = observeRun(page, shorthandTaskKey);
  if (page.next_page_token === undefined || page.next_page_token === '') return readingOf(page, observation, null);
  if (observation.outcome !== null || isDue(record, observation, nowMs)) {
    const whole = await jobs.getRun(runId, call);
    return readingOf(whole, observeRun(whole, shorthandTaskKey), nowMs);
  }
  const tasks = withPage(record.tasks, observation.tasks);
  return { observation: { ...observation, tasks }, tasksReadAtMs: record.tasksReadAtMs, taskCount: null };
}

function readingOf(run: Run, observation: Observation, tasksReadAtMs: number | null): Reading {
  const taskCount = run.tasks.length === 0 ? null : concurrentTasks(latestAttempts(run.tasks));
  return { observation, tasksReadAtMs, taskCount };
}

function isDue({ status, tasks, tasksReadAtMs }: Known, seen: Observation, nowMs: number): boolean {
  if (tasks.length === 0 || tasksReadAtMs === null || seen.status !== status) return true;
  return nowMs - tasksReadAtMs >= TASKS_READ_AFTER_MS;
}

/** The latest attempt of a task may stand on another page than an earlier one. */
function withPage(known: readonly TaskDocument[], page: readonly TaskDocument[]): TaskDocument[] {
  const tasks = new Map(known.map((task) => [task.task_key, task]));
  for (const task of page) {
    const before = tasks.get(task.task_key);
    if (before === undefined || task.attempt_number >= before.attempt_number) tasks.set(task.task_key, task);
  }
  return [...tasks.values()];
}
