import { ProblemError, type FieldError } from '../problem.ts';
import { MAX_TASKS, taskTypes, type SubmitBody } from './run-body.ts';

type Body = Readonly<Record<string, unknown>>;
type Task = Body & {
  task_key?: string | null | undefined;
  depends_on?: { task_key: string }[] | null | undefined;
  for_each_task?: { task: Body } | null | undefined;
};

const MAX_TAGS = 25;

/**
 * @throws {ProblemError} 422 for a list of more tasks than a run can have, whatever they are: they are not looked at.
 */
export function checkTaskCount(body: Body, key: 'tasks' | 'rerun_tasks'): void {
  const tasks = body[key];
  if (Array.isArray(tasks) && tasks.length > MAX_TASKS)
    refuse(`/${key}`, `A run has at most ${MAX_TASKS} tasks: split it, or start one from another.`);
}

/** The tasks of a body, the shorthand as one task, each with the JSON Pointer to where it stands. */
export function tasksOf(body: SubmitBody): { task: Task; path: string }[] {
  if (body.tasks == null) return [{ task: body, path: '' }];
  return body.tasks.map((task, index) => ({ task, path: `/tasks/${index}` }));
}

/** The tasks of a body and those that its for-each tasks repeat: what is true of a task has to be true of these. */
function allTasksOf(body: SubmitBody): { task: Body; path: string; isIterated: boolean }[] {
  return tasksOf(body).flatMap(({ task, path }) => {
    const outer = { task, path, isIterated: false };
    if (task.for_each_task == null) return [outer];
    return [outer, { task: task.for_each_task.task, path: `${path}/for_each_task/task`, isIterated: true }];
  });
}

/** @throws {ProblemError} 400 where a task does not name exactly one task type. */
export function checkTaskTypes(body: SubmitBody): void {
  const errors: FieldError[] = [];
  if (body.tasks != null && taskTypes(body).length > 0) {
    errors.push({ path: `/${taskTypes(body)[0]}`, message: 'A body with tasks has no task of its own.' });
  }
  for (const { task, path } of allTasksOf(body)) {
    const types = taskTypes(task);
    if (types.length === 0) errors.push({ path, message: 'Expected a task type, such as notebook_task.' });
    if (types.length > 1) errors.push({ path, message: `Expected one task type, found ${types.join(', ')}.` });
  }
  if (errors.length > 0) {
    throw new ProblemError('INVALID_BODY', 'A task names exactly one task type.', { errors });
  }
}

/** @throws {ProblemError} 422 for what is well-formed and Databricks could never accept, saying what to do instead. */
export function checkAcceptable(body: SubmitBody): void {
  const tasks = tasksOf(body);
  if (names(body, 'job_clusters')) {
    refuse('/job_clusters', 'A one-time run takes no shared job clusters: give each task its own new_cluster.');
  }
  for (const { task, path, isIterated } of allTasksOf(body)) {
    if (isIterated && names(task, 'for_each_task'))
      refuse(`${path}/for_each_task`, 'A for-each task repeats no other for-each task: let it start a job that does.');
    if (names(task, 'job_cluster_key')) {
      refuse(
        `${path}/job_cluster_key`,
        'A one-time run takes no shared job clusters: give the task its own new_cluster.',
      );
    }
    if (names(task, 'existing_cluster_id') && names(task, 'new_cluster')) {
      refuse(`${path}/new_cluster`, 'A task has one kind of compute: leave out existing_cluster_id or new_cluster.');
    }
    checkServerless(task, path);
  }
  checkTags(body);
  checkDependencies(tasks);
}

/**
 * Task types that need a cluster, and what a task must name to run without one all the same; null where nothing helps.
 * @see https://learn.microsoft.com/azure/databricks/jobs/compute
 */
const CLUSTER_TASKS: Readonly<Record<string, string | null>> = {
  spark_submit_task: null,
  spark_jar_task: 'environment_key',
};

/** A task that names no compute is serverless. */
function checkServerless(task: Body, path: string): void {
  if (names(task, 'existing_cluster_id') || names(task, 'new_cluster')) return;
  for (const [type, instead] of Object.entries(CLUSTER_TASKS)) {
    if (!names(task, type) || (instead !== null && names(task, instead))) continue;
    const ways = ['existing_cluster_id', 'new_cluster', ...(instead === null ? [] : [instead])];
    refuse(`${path}/${type}`, `Serverless compute cannot run this task: name ${ways.join(' or ')}.`);
  }
}

/** Labels become tags of the run. */
function checkTags({ tags, gateway }: SubmitBody): void {
  const { size } = new Set([...Object.keys(tags ?? {}), ...Object.keys(gateway?.labels ?? {})]);
  if (size > MAX_TAGS)
    refuse(
      '/tags',
      `A run has at most ${MAX_TAGS} tags, and its labels count among them: leave ${size - MAX_TAGS} out.`,
    );
}

function checkDependencies(tasks: { task: Task; path: string }[]): void {
  const byKey = new Map<string, Task>();
  for (const { task, path } of tasks) {
    if (task.task_key == null) continue;
    if (byKey.has(task.task_key))
      refuse(`${path}/task_key`, `The task key ${task.task_key} stands twice: keys are unique in a run.`);
    byKey.set(task.task_key, task);
  }
  for (const { task, path } of tasks) {
    for (const [index, { task_key: key }] of (task.depends_on ?? []).entries()) {
      if (!byKey.has(key)) refuse(`${path}/depends_on/${index}/task_key`, `No task of this run has the key ${key}.`);
    }
  }
  const cyclic = findCycle(byKey);
  if (cyclic !== undefined) {
    const path = tasks.find(({ task }) => task.task_key === cyclic)?.path ?? '/tasks';
    refuse(
      `${path}/depends_on`,
      `The task ${cyclic} depends on itself, through others or at once: take one dependency out.`,
    );
  }
}

/** A task that can never start (Kahn 1962: what is left when all that could start has been taken out). */
function findCycle(byKey: ReadonlyMap<string, Task>): string | undefined {
  const waitsFor = new Map([...byKey].map(([key, task]) => [key, new Set(task.depends_on?.map((on) => on.task_key))]));
  const followers = Map.groupBy(
    [...waitsFor].flatMap(([key, on]) => [...on].map((before) => ({ key, before }))),
    ({ before }) => before,
  );
  const ready = [...waitsFor].filter(([, on]) => on.size === 0).map(([key]) => key);
  for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
    waitsFor.delete(key);
    for (const follower of followers.get(key) ?? []) {
      const left = waitsFor.get(follower.key);
      left?.delete(key);
      if (left?.size === 0) ready.push(follower.key);
    }
  }
  return waitsFor.keys().next().value;
}

/** In JSON of Databricks null and absent are the same. */
function names(body: Body, key: string): boolean {
  return body[key] !== undefined && body[key] !== null;
}

function refuse(path: string, message: string): never {
  throw new ProblemError('UNACCEPTABLE_RUN', message, { errors: [{ path, message }] });
}
