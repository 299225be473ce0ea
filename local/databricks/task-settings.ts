import { invalidParameter } from './api-error.ts';
import { taskSchema, type RunSettings, type TaskSettings } from './runs/settings.ts';
import { parseBody } from './request-parsing.ts';

/** Longer names are cut where they become the key of a task. @see https://github.com/apache/airflow/issues/41816 */
const MAX_TASK_KEY_LENGTH = 100;

/** How a run without a name is called, and its only task. */
export const DEFAULT_RUN_NAME = 'Untitled';

/** Fields of the single-task form that belong to its task. */
const SINGLE_TASK_FIELDS = [
  'existing_cluster_id',
  'new_cluster',
  'environment_key',
  'libraries',
  'max_retries',
  'min_retry_interval_millis',
  'retry_on_timeout',
];

/** The task types of the Jobs API. */
const TASK_TYPES = [
  'notebook_task',
  'spark_python_task',
  'spark_jar_task',
  'python_wheel_task',
  'sql_task',
  'dbt_task',
  'pipeline_task',
  'run_job_task',
  'condition_task',
  'for_each_task',
  'spark_submit_task',
  'dashboard_task',
  'alert_task',
  'power_bi_task',
  'clean_rooms_notebook_task',
  'dbt_platform_task',
  'dbt_cloud_task',
  'gen_ai_compute_task',
  'python_operator_task',
  'ai_runtime_task',
  'agentic_task',
  'genie_task',
];

/** Task types that cannot run without a cluster. */
const CLUSTER_ONLY = new Set(['spark_jar_task', 'spark_submit_task']);

const MAX_TASKS = 1_000;
const MISSING_COMPUTE_OF_JOB = 'One of job_cluster_key, new_cluster, or existing_cluster_id must be specified.';

/**
 * The settings of a run's tasks. The single-task form becomes one task, whose time limit is that of the run and whose key
 * is the run's name.
 */
export function taskSettingsOf(settings: RunSettings, runName = settings.run_name): TaskSettings[] {
  if (settings.tasks !== undefined) return settings.tasks;
  const taskKey = (runName || DEFAULT_RUN_NAME).slice(0, MAX_TASK_KEY_LENGTH).toWellFormed();
  const fields = [...TASK_TYPES, ...SINGLE_TASK_FIELDS].filter((field) => settings[field] !== undefined);
  const task = Object.fromEntries(fields.map((field) => [field, settings[field]]));
  return [parseBody({ ...task, task_key: taskKey }, taskSchema)];
}

/**
 * Refuses tasks that a workspace refuses.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE, in Databricks' words where they are known
 */
export function checkTasks(settings: RunSettings, missingCompute: string): TaskSettings[] {
  const tasks = taskSettingsOf(settings);
  if (tasks.length === 0) throw invalidParameter('At least one task must be specified.');
  if (tasks.length > MAX_TASKS)
    throw invalidParameter(`The number of tasks ${tasks.length} exceeds the limit of ${MAX_TASKS}.`);
  const isSingle = settings.tasks === undefined;
  const hasGitSource = settings['git_source'] !== undefined;
  const keys = new Set<string>();
  for (const task of tasks) {
    if (keys.has(task.task_key))
      throw invalidParameter(`Duplicate task key: ${task.task_key}. Task keys must be unique.`);
    keys.add(task.task_key);
    checkTask(task, { isSingle, hasGitSource, missingCompute });
  }
  checkDependencies(tasks, keys);
  return tasks;
}

/**
 * Refuses what a workspace refuses of a saved job, whether it is made, reset or updated.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE
 */
export function checkJob(settings: RunSettings): void {
  if (settings.tasks === undefined) return;
  checkTasks(settings, MISSING_COMPUTE_OF_JOB);
  const clusters = new Set(settings.job_clusters?.map(({ job_cluster_key: key }) => key));
  for (const { task_key: taskKey, job_cluster_key: key, for_each_task: forEach } of settings.tasks)
    for (const named of [key, forEach?.task.job_cluster_key])
      if (named !== undefined && !clusters.has(named))
        throw invalidParameter(`Task ${taskKey}: the job cluster ${named} is not defined in job_clusters.`);
}

function checkTask(
  task: TaskSettings,
  { isSingle, hasGitSource, missingCompute }: { isSingle: boolean; hasGitSource: boolean; missingCompute: string },
): void {
  checkNotebookPath(task.notebook_task ?? task.for_each_task?.task.notebook_task, hasGitSource);
  if (task.for_each_task !== undefined) checkForEach(task);
  const types = Object.keys(task).filter((field) => field.endsWith('_task') && task[field] !== undefined);
  if (types.length !== 1)
    throw invalidParameter(
      types.length === 0
        ? `Task ${task.task_key}: a task type must be specified.`
        : `Task ${task.task_key}: only one task type may be specified, found ${types.join(', ')}.`,
    );
  const compute = [task.existing_cluster_id, task.new_cluster, task.job_cluster_key].filter(
    (choice) => choice !== undefined,
  );
  if (compute.length > 1)
    throw invalidParameter('Only one of job_cluster_key, new_cluster, or existing_cluster_id may be specified.');
  // A task of a list may leave its compute out: it is then serverless. The single-task form predates that.
  const [type = ''] = types;
  const needsCluster =
    CLUSTER_ONLY.has(type) || (isSingle && (type === 'notebook_task' || type === 'spark_python_task'));
  if (compute.length === 0 && needsCluster && task.environment_key === undefined)
    throw invalidParameter(missingCompute);
}

function checkNotebookPath(notebook: TaskSettings['notebook_task'], hasGitSource: boolean): void {
  const isOfGit = notebook?.['source'] === 'GIT' || (notebook?.['source'] === undefined && hasGitSource);
  if (notebook !== undefined && !isOfGit && !notebook.notebook_path.startsWith('/'))
    throw invalidParameter("Only absolute paths are currently supported. Paths must begin with '/'.");
}

/** @see https://github.com/databricks/cli/issues/3977 and https://github.com/databrickslabs/dbx/issues/887 */
function checkForEach(task: TaskSettings): void {
  const ofItsTask = ['max_retries', 'min_retry_interval_millis', 'retry_on_timeout', 'libraries'] as const;
  const misplaced = ofItsTask.find((field) => Boolean(task[field]));
  if (misplaced !== undefined)
    throw invalidParameter(
      `Task ${task.task_key}: ${misplaced} is not supported for a for_each_task, but for the task that it repeats.`,
    );
  if (task.for_each_task?.task['for_each_task'] !== undefined)
    throw invalidParameter(`Task ${task.task_key}: a for_each_task cannot repeat another for_each_task.`);
}

function checkDependencies(tasks: TaskSettings[], keys: ReadonlySet<string>): void {
  const waitingFor = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const { task_key, depends_on = [] } of tasks) {
    waitingFor.set(task_key, depends_on.length);
    for (const dependency of depends_on) {
      if (!keys.has(dependency.task_key))
        throw invalidParameter(`Task ${task_key} depends on a task that does not exist: ${dependency.task_key}.`);
      dependents.set(dependency.task_key, [...(dependents.get(dependency.task_key) ?? []), task_key]);
    }
  }
  const ready = tasks.filter(({ depends_on = [] }) => depends_on.length === 0).map(({ task_key }) => task_key);
  let visited = 0;
  for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
    visited++;
    for (const dependent of dependents.get(key) ?? []) {
      const left = (waitingFor.get(dependent) ?? 0) - 1;
      waitingFor.set(dependent, left);
      if (left === 0) ready.push(dependent);
    }
  }
  if (visited < tasks.length) throw invalidParameter('The tasks have a cyclic dependency.');
}
