import { computeOf } from './compute.ts';
import { latestAttempts, type DatabricksRun, type DatabricksTask } from './databricks-run.ts';
import {
  activeStatus,
  hasEnded,
  outcomeOf,
  positive,
  terminationWords,
  type DatabricksState,
} from './databricks-state.ts';
import { boundedMessage, failure, failureClass, type Failure } from './failure.ts';
import { isSuccess, type Outcome, type RunStatus } from './outcome.ts';
import type { Compute } from './run-request.ts';
import { taskDocument, type TaskDocument } from './task-document.ts';

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
