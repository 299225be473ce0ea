import type { RepairRecord, RunRecord, TaskRecord } from './record.ts';
import { isTerminal, stateJson, type State } from './state.ts';

/** What the JSON of runs says of the workspace itself. */
export interface WorkspaceIdentity {
  url: string;
  workspaceId: string;
  userName: string;
}

/** Elements of an array that a read returns in one page. */
export const PAGE_SIZE = 100;

/** A run as `runs/get` and `runs/list` show it, its tasks apart. */
export function runJson(run: RunRecord, workspace: WorkspaceIdentity): Record<string, unknown> {
  const { settings } = run;
  const ended = isTerminal(run.state);
  return {
    job_id: run.jobId,
    run_id: run.runId,
    creator_user_name: workspace.userName,
    number_in_job: run.runId,
    original_attempt_run_id: run.runId,
    ...stateJson(run.state),
    start_time: run.startTime,
    setup_duration: 0,
    execution_duration: 0,
    cleanup_duration: 0,
    end_time: run.endTime,
    ...(ended ? { run_duration: run.endTime - run.startTime } : {}),
    ...(run.queueMs > 0 ? { queue_duration: run.queueMs } : {}),
    trigger: run.trigger,
    run_name: run.runName,
    run_page_url: pageUrl(run, run.runId, workspace),
    run_type: run.runType,
    attempt_number: 0,
    format: 'MULTI_TASK',
    ...(settings['git_source'] === undefined ? {} : { git_source: settings['git_source'] }),
    ...(settings['tags'] === undefined ? {} : { tags: settings['tags'] }),
    ...overriding(run),
  };
}

/** A task run as it stands in `tasks` of a run. */
export function taskJson(task: TaskRecord, run: RunRecord, workspace: WorkspaceIdentity): Record<string, unknown> {
  const { settings, state } = task;
  const executionEnd = task.endTime > 0 ? task.endTime - task.cleanupMs : 0;
  return {
    run_if: 'ALL_SUCCESS',
    timeout_seconds: 0,
    email_notifications: {},
    webhook_notifications: {},
    ...settings,
    ...(settings.notebook_task === undefined
      ? {}
      : { notebook_task: { source: 'WORKSPACE', ...settings.notebook_task } }),
    ...(settings.depends_on === undefined
      ? {}
      : {
          depends_on: settings.depends_on.toSorted((a, b) => (a.task_key < b.task_key ? -1 : 1)),
        }),
    ...(settings.condition_task !== undefined && task.conditionOutcome !== undefined
      ? {
          condition_task: { ...settings.condition_task, outcome: task.conditionOutcome },
        }
      : {}),
    ...(task.iterations !== undefined && settings.for_each_task !== undefined
      ? {
          for_each_task: { ...settings.for_each_task, stats: forEachStats(task.iterations) },
        }
      : {}),
    run_id: task.runId,
    ...stateJson(state),
    run_page_url: pageUrl(run, task.runId, workspace),
    start_time: task.startTime,
    setup_duration: task.setupMs,
    execution_duration: task.executionStartTime > 0 && executionEnd > 0 ? executionEnd - task.executionStartTime : 0,
    cleanup_duration: task.cleanupMs,
    end_time: task.endTime,
    ...(task.clusterId === undefined
      ? {}
      : {
          cluster_instance: {
            cluster_id: task.clusterId,
            ...(task.executionStartTime > 0 ? { spark_context_id: String(task.runId) } : {}),
          },
        }),
    attempt_number: task.attemptNumber,
  };
}

function forEachStats(iterations: TaskRecord[]): object {
  const ended = iterations.filter(({ state }) => isTerminal(state));
  const succeeded = ended.filter(({ state }) => state.result === 'SUCCESS').length;
  return {
    task_run_stats: {
      total_iterations: iterations.length,
      scheduled_iterations: iterations.filter(({ startTime }) => startTime > 0).length,
      active_iterations: iterations.filter(({ state, startTime }) => startTime > 0 && !isTerminal(state)).length,
      completed_iterations: ended.length,
      succeeded_iterations: succeeded,
      failed_iterations: ended.length - succeeded,
    },
  };
}

/** The `metadata` of `runs/get-output`: a task run in the shape of a run. */
export function taskRunJson(task: TaskRecord, run: RunRecord, workspace: WorkspaceIdentity): Record<string, unknown> {
  return {
    ...runJson(run, workspace),
    run_id: task.runId,
    number_in_job: task.runId,
    original_attempt_run_id: task.originalAttemptRunId,
    ...pick(taskJson(task, run, workspace), [
      'state',
      'status',
      'start_time',
      'setup_duration',
      'execution_duration',
      'cleanup_duration',
      'end_time',
      'run_page_url',
      'attempt_number',
      'cluster_instance',
    ]),
    parent_run_id: run.runId,
    task_key: task.taskKey,
    tasks: [taskJson(task, run, workspace)],
    job_run_id: run.runId,
  };
}

/** `repair_history`, oldest first; a run that was never repaired has its original as the only entry. */
export function repairHistoryJson(run: RunRecord): Record<string, unknown>[] {
  const { startTime, endTime, state, tasks } = run;
  const original = { startTime, endTime, state, taskRunIds: tasks.map(({ runId }) => runId) };
  return (run.repairs.length === 0 ? [original] : run.repairs).map((repair) => repairJson(repair, run));
}

function repairJson(
  { id, startTime, endTime, state, taskRunIds }: RepairRecord,
  run: RunRecord,
): Record<string, unknown> {
  return {
    ...(id === undefined ? {} : { id }),
    type: id === undefined ? 'ORIGINAL' : 'REPAIR',
    start_time: startTime,
    end_time: endTime,
    ...stateJson(id !== undefined && endTime === 0 ? run.state : state),
    task_run_ids: taskRunIds,
  };
}

/** Everything known of a run, for the control plane: all that was asked for it, by its own names, and what came of it. */
export function knownJson(run: RunRecord): Record<string, unknown> {
  return {
    ...run.settings,
    settings: run.settings,
    ...overriding(run),
    run_id: run.runId,
    job_id: run.jobId,
    run_name: run.runName,
    run_type: run.runType,
    trigger: run.trigger,
    idempotency_token: run.settings.idempotency_token ?? null,
    ...knownState(run.state),
    start_time: run.startTime,
    end_time: run.endTime,
    queue_duration: run.queueMs,
    tasks: run.tasks.map((task) => knownTaskJson(task)),
  };
}

function knownTaskJson(task: TaskRecord): Record<string, unknown> {
  return {
    ...task.settings,
    settings: task.settings,
    run_id: task.runId,
    task_key: task.taskKey,
    attempt_number: task.attemptNumber,
    ...knownState(task.state),
    start_time: task.startTime,
    execution_start_time: task.executionStartTime,
    end_time: task.endTime,
    cluster_id: task.clusterId ?? null,
    ...task.output,
  };
}

function knownState(state: State): Record<string, unknown> {
  return {
    life_cycle_state: state.lifeCycle,
    result_state: isTerminal(state) ? (state.result ?? null) : null,
    termination_code: isTerminal(state) ? (state.termination?.code ?? null) : null,
    ...stateJson(state),
  };
}

function overriding({ parameters, settings }: RunRecord): Record<string, unknown> {
  const job = Object.entries(parameters.job).map(([name, value]) => ({ name, value }));
  return {
    ...(Object.keys(parameters.notebook).length > 0
      ? {
          overriding_parameters: { notebook_params: parameters.notebook },
        }
      : {}),
    ...(job.length > 0 ? { job_parameters: job } : {}),
    ...(settings.job_clusters === undefined ? {} : { job_clusters: settings.job_clusters }),
  };
}

function pageUrl(run: RunRecord, runId: number, { url, workspaceId }: WorkspaceIdentity): string {
  return `${url}/?o=${workspaceId}#job/${run.jobId}/run/${runId}`;
}

function pick(from: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (name in from ? [[name, from[name]]] : [])));
}
