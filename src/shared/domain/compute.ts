import type { Compute } from './run-request.ts';

/**
 * What kind of compute tasks name, in a request as in what Databricks shows of a run; null where none of them needs
 * any of its own. A task that names none is serverless, or runs on a warehouse.
 */
export function computeOf(tasks: readonly object[]): Compute | null {
  const kinds = new Set(tasks.map(computeOfTask).filter((kind) => kind !== null));
  const [only = null] = kinds;
  return kinds.size > 1 ? 'mixed' : only;
}

const WAREHOUSE_TASKS = ['sql_task', 'dashboard_task', 'alert_task', 'dbt_task'];

/** A condition is decided by Databricks itself, and another job brings its own compute. */
const TASKS_WITHOUT = ['condition_task', 'run_job_task'];

function computeOfTask(outer: object): Compute | null {
  const task = iteratedTask(outer) ?? outer;
  const names = (key: string) => valueOf(task, key) != null;
  if (names('existing_cluster_id')) return 'existing_cluster';
  if (names('new_cluster') || names('job_cluster_key')) return 'job_cluster';
  if (TASKS_WITHOUT.some(names)) return null;
  return WAREHOUSE_TASKS.some(names) ? 'warehouse' : 'serverless';
}

/** The task that a for-each task repeats. */
function iteratedTask(task: object): object | undefined {
  const forEach = valueOf(task, 'for_each_task');
  const inner = typeof forEach === 'object' && forEach !== null ? valueOf(forEach, 'task') : undefined;
  return typeof inner === 'object' && inner !== null ? inner : undefined;
}

function valueOf(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}
