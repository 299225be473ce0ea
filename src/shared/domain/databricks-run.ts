import { computeOf } from './compute.ts';
import { boundedMessage, failure, failureClass, isTimeout, type Failure, type TerminationWords } from './failure.ts';
import { isSuccess, type Outcome, type RunStatus } from './outcome.ts';
import { isoTime } from './instant.ts';
import type { Compute } from './run-request.ts';

/** What the gateway reads of a Databricks `Run` or `RunTask`; enum values stay open. */
export interface DatabricksState {
  status?:
    | {
        state?: string | undefined;
        termination_details?:
          | { code?: string | undefined; type?: string | undefined; message?: string | undefined }
          | undefined;
      }
    | undefined;
  state?:
    | {
        life_cycle_state?: string | undefined;
        result_state?: string | undefined;
        state_message?: string | undefined;
      }
    | undefined;
}

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

/** Where a run stands at Databricks. `outcome` is null until the run has ended. */
export interface Observation {
  status: RunStatus;
  outcome: Outcome | null;
  failure: Failure | null;
  stateMessage: string;
  jobId: string | null;
  runName: string | null;
  runPageUrl: string | null;
  startedAtMs: number | null;
  endedAtMs: number | null;
  /** Null where no task needs any of its own, or nothing is said of the tasks. */
  compute: Compute | null;
  tasks: TaskDocument[];
}

/** The key of a task that was given none: the only task of a run that was submitted in the single-task shorthand. */
const UNNAMED_TASK_KEY = 'main';

/**
 * Reads a run as Databricks describes it. Only listed states are ends; any other word means "still going". The only
 * task of a run in the single-task shorthand gets the key `shorthandTaskKey`.
 */
export function observeRun(run: DatabricksRun, shorthandTaskKey?: string): Observation {
  const ended = hasEnded(run);
  const tasks = latestAttempts(tasksOf(run, shorthandTaskKey));
  const cause = ended ? decisive(run, tasks) : run;
  const outcome = ended ? outcomeOf(cause) : null;
  return {
    status: ended ? 'completed' : activeStatus(run),
    outcome,
    failure: outcome === null ? null : failureOf(run, cause, outcome),
    stateMessage: boundedMessage(run.state?.state_message ?? run.status?.termination_details?.message ?? ''),
    jobId: run.job_id ?? null,
    runName: run.run_name ?? null,
    runPageUrl: run.run_page_url ?? null,
    startedAtMs: positive(run.start_time),
    endedAtMs: ended ? positive(run.end_time) : null,
    compute: computeOf(run.tasks),
    tasks: tasks.map(taskDocument),
  };
}

/**
 * A run that lists no tasks (as the Jobs API 2.0 describes runs of one task) is its own and only task. Databricks names
 * the task of a shorthand body after the run, cut at 100 characters.
 * @see https://github.com/apache/airflow/issues/41816
 */
function tasksOf(run: DatabricksRun, shorthandTaskKey: string | undefined): DatabricksTask[] {
  const tasks = run.tasks.length > 0 ? run.tasks : [{ ...run, task_key: undefined }];
  return shorthandTaskKey === undefined
    ? tasks
    : tasks.map((task) => Object.assign({}, task, { task_key: shorthandTaskKey }));
}

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

/**
 * `status.state` wins where present; the deprecated `life_cycle_state` says INTERNAL_ERROR for ordinary failures.
 * @see https://docs.databricks.com/api/azure/workspace/jobs/getrun
 */
function hasEnded(state: DatabricksState): boolean {
  if (state.status?.state !== undefined) return state.status.state === 'TERMINATED';
  return ENDED_LIFE_CYCLES.has(state.state?.life_cycle_state ?? '');
}

const ENDED_LIFE_CYCLES: ReadonlySet<string> = new Set(['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR']);

function activeStatus(state: DatabricksState): RunStatus {
  const word = state.status?.state ?? state.state?.life_cycle_state;
  return word === 'RUNNING' || word === 'TERMINATING' ? 'running' : 'pending';
}

const OUTCOME_OF_RESULT_STATE: Readonly<Record<string, Outcome>> = {
  SUCCESS: 'succeeded',
  SUCCESS_WITH_FAILURES: 'succeeded_with_failures',
  FAILED: 'failed',
  TIMEDOUT: 'timed_out',
  CANCELED: 'canceled',
  UPSTREAM_FAILED: 'skipped',
  UPSTREAM_CANCELED: 'skipped',
  EXCLUDED: 'skipped',
  DISABLED: 'skipped',
  MAXIMUM_CONCURRENT_RUNS_REACHED: 'skipped',
};

const OUTCOME_OF_TERMINATION_CODE: Readonly<Record<string, Outcome>> = {
  SUCCESS: 'succeeded',
  SUCCESS_WITH_FAILURES: 'succeeded_with_failures',
  USER_CANCELED: 'canceled',
  CANCELED: 'canceled',
  SKIPPED: 'skipped',
  DISABLED: 'skipped',
  MAX_CONCURRENT_RUNS_EXCEEDED: 'skipped',
  MAX_JOB_QUEUE_SIZE_EXCEEDED: 'skipped',
};

function outcomeOf(state: DatabricksState): Outcome {
  const result = state.state?.result_state ?? '';
  const code = state.status?.termination_details?.code ?? '';
  if (isTimeout(terminationWords(state))) return 'timed_out';
  if (Object.hasOwn(OUTCOME_OF_RESULT_STATE, result)) return OUTCOME_OF_RESULT_STATE[result] ?? 'failed';
  if (Object.hasOwn(OUTCOME_OF_TERMINATION_CODE, code)) return OUTCOME_OF_TERMINATION_CODE[code] ?? 'failed';
  return state.state?.life_cycle_state === 'SKIPPED' ? 'skipped' : 'failed';
}

/**
 * The state that says most of why a run did not succeed. Of one in which a task failed, the run repeats the word for
 * code that failed at best; the task may know of trouble of the platform. A run in which nothing failed but tasks that
 * took longer than they may has timed out.
 */
function decisive(run: DatabricksRun, tasks: readonly DatabricksTask[]): DatabricksState {
  if (outcomeOf(run) !== 'failed' || failureClass(terminationWords(run)) !== 'user_code') return run;
  const ends = tasks.filter(hasEnded);
  const failed = ends.find((task) => outcomeOf(task) === 'failed');
  if (failed === undefined) return ends.find((task) => outcomeOf(task) === 'timed_out') ?? run;
  return failureClass(terminationWords(failed)) === 'user_code' ? run : failed;
}

function failureOf(run: DatabricksRun, cause: DatabricksState, outcome: Outcome): Failure | null {
  if (isSuccess(outcome)) return null;
  const words = terminationWords(cause);
  const message = run.status?.termination_details?.message ?? run.state?.state_message ?? '';
  const code = words.code ?? words.resultState ?? words.lifeCycleState ?? 'UNKNOWN';
  return failure(failureClass(words), code, message);
}

function terminationWords(state: DatabricksState): TerminationWords {
  return {
    code: state.status?.termination_details?.code,
    type: state.status?.termination_details?.type,
    resultState: state.state?.result_state,
    lifeCycleState: state.state?.life_cycle_state,
  };
}

function taskDocument(task: DatabricksTask): TaskDocument {
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

function positive(epochMs: number | undefined): number | null {
  return epochMs !== undefined && epochMs > 0 ? epochMs : null;
}
