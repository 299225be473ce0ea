/** What says of a task how many of it may run at once; a for-each task repeats the task in it. */
export interface CountedTask {
  for_each_task?: { concurrency?: unknown; task?: unknown } | null | undefined;
}

/** Databricks takes no more iterations at once. */
const MAX_CONCURRENCY = 100;
/** Deeper than Databricks nests; a body may nest as it likes. */
const MAX_DEPTH = 5;

/** How many task runs these tasks may be at once: one each, and as many iterations of a for-each task as it allows. */
export function concurrentTasks(tasks: readonly unknown[]): number {
  return tasks.reduce<number>((sum, task) => sum + placesOfTask(task, 0), 0);
}

function placesOfTask(task: unknown, depth: number): number {
  const { for_each_task: forEach } = (task ?? {}) as CountedTask;
  if (typeof forEach !== 'object' || forEach === null || depth >= MAX_DEPTH) return 1;
  return Math.max(1, concurrencyOf(forEach.concurrency)) * placesOfTask(forEach.task, depth + 1);
}

/** Databricks takes numbers as texts; what is none, as a reference to a parameter, counts as the default. */
function concurrencyOf(value: unknown): number {
  const number = typeof value === 'number' || typeof value === 'string' ? Math.floor(Number(value)) : 1;
  return Number.isFinite(number) ? Math.min(Math.max(number, 1), MAX_CONCURRENCY) : 1;
}
