import type { RunSettings, TaskSettings } from './settings.ts';
import type { State } from './state.ts';

/** What a task left behind: the parts of `runs/get-output` beside its metadata. */
interface TaskOutput {
  error?: string;
  error_trace?: string;
  logs?: string;
  logs_truncated?: boolean;
  notebook_output?: { result?: string; truncated?: boolean };
  run_job_output?: { run_id: number };
}

/** One attempt of one task. Plain data: it is what is kept on disk. */
export interface TaskRecord {
  runId: number;
  taskKey: string;
  attemptNumber: number;
  originalAttemptRunId: number;
  settings: TaskSettings;
  state: State;
  /** Epoch ms, emulated; 0 while unknown. */
  startTime: number;
  executionStartTime: number;
  /** When its compute is there. */
  readyAt?: number;
  endTime: number;
  setupMs: number;
  cleanupMs: number;
  clusterId?: string;
  /** The value of a condition task. */
  conditionOutcome?: string;
  /** What the task has set with `dbutils.jobs.taskValues`. */
  taskValues?: Record<string, unknown>;
  output: TaskOutput;
  /** What an iteration of a for-each task was given. */
  input?: unknown;
  /** The iterations of a for-each task, in the order of its inputs. */
  iterations?: TaskRecord[];
}

/** One repair of a run; times are epoch ms. */
export interface RepairRecord {
  /** Absent on the original run. */
  id?: number;
  startTime: number;
  endTime: number;
  state: State;
  taskRunIds: number[];
}

/** Parameters given by `run-now` or `runs/repair`. */
export interface Parameters {
  job: Record<string, unknown>;
  notebook: Record<string, unknown>;
  python?: string[];
}

/** One run with all attempts of its tasks, oldest first. Plain data: it is what is kept on disk. */
export interface RunRecord {
  runId: number;
  jobId: number;
  runType: 'SUBMIT_RUN' | 'JOB_RUN' | 'WORKFLOW_RUN';
  trigger: 'ONE_TIME' | 'RUN_JOB_TASK';
  runName: string;
  settings: RunSettings;
  /** The tasks' settings by key, in the order given. */
  taskSettings: TaskSettings[];
  parameters: Parameters;
  /** Counted against the job's own limit. */
  maxConcurrentRuns: number;
  state: State;
  startTime: number;
  /** When it left the queue, for as long as it is at work. */
  activeSince?: number;
  queueMs: number;
  endTime: number;
  tasks: TaskRecord[];
  repairs: RepairRecord[];
  /** A token of `runs/submit` or `run-now`, with its operation. */
  idempotencyKey?: string;
}

/** The first record of a task. */
export function newTask(settings: TaskSettings, runId: number): TaskRecord {
  return {
    runId,
    taskKey: settings.task_key,
    attemptNumber: 0,
    originalAttemptRunId: runId,
    settings,
    state: { lifeCycle: 'PENDING', message: '', cancelledOrTimedOut: false },
    startTime: 0,
    executionStartTime: 0,
    endTime: 0,
    setupMs: 0,
    cleanupMs: 0,
    output: {},
  };
}

/** The record of a task's next attempt, by new settings if the job has been given any. */
export function nextAttempt(task: TaskRecord, runId: number, settings = task.settings): TaskRecord {
  return {
    ...newTask(settings, runId),
    attemptNumber: task.attemptNumber + 1,
    originalAttemptRunId: task.originalAttemptRunId,
  };
}

/** All task runs of a run: the attempts of its tasks, and the iterations of for-each tasks. */
export function taskRuns(run: RunRecord): TaskRecord[] {
  return run.tasks.flatMap((task) => [task, ...(task.iterations ?? [])]);
}

/** The newest attempt of each task, in the order of the settings. */
export function latestAttempts(run: RunRecord): Map<string, TaskRecord> {
  return new Map(run.tasks.map((task) => [task.taskKey, task]));
}
