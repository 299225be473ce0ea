import type { Job } from './jobs.ts';
import type { RunEngine } from './runs/engine.ts';
import type { Parameters, RunRecord } from './runs/record.ts';
import type { TaskSettings } from './runs/settings.ts';
import { taskSettingsOf } from './task-settings.ts';

/** How a run of a saved job differs from its settings. */
export interface JobRunOptions {
  parameters: Parameters;
  trigger?: RunRecord['trigger'];
  idempotencyToken?: string | undefined;
  /** Whether this run may wait where its job's own setting says otherwise. */
  queue?: { enabled: boolean } | undefined;
  /** Only these tasks. */
  only?: ReadonlySet<string> | undefined;
}

/** Starts a run of a saved job. */
export function startJobRun(runs: RunEngine, job: Job, options: JobRunOptions): RunRecord {
  const { settings } = job;
  const defaults = Object.fromEntries(
    settings.parameters?.map((parameter) => [parameter.name, parameter.default]) ?? [],
  );
  const queue = options.queue ?? settings.queue;
  const { idempotency_token: _none, ...rest } = settings;
  return runs.create({
    jobId: job.jobId,
    runType: 'JOB_RUN',
    trigger: options.trigger ?? 'ONE_TIME',
    runName: settings.name,
    settings: {
      ...rest,
      ...(queue === undefined ? {} : { queue }),
      ...(options.idempotencyToken ? { idempotency_token: options.idempotencyToken } : {}),
    },
    taskSettings: jobTasks(job).filter(({ task_key }) => options.only?.has(task_key) ?? true),
    parameters: { ...options.parameters, job: { ...defaults, ...options.parameters.job } },
    maxConcurrentRuns: settings.max_concurrent_runs,
    idempotencyKey: options.idempotencyToken,
  });
}

/** A job's tasks; a shared job cluster becomes each task's own. */
export function jobTasks({ settings }: Job): TaskSettings[] {
  const clusters = new Map(
    settings.job_clusters?.map(({ job_cluster_key, new_cluster }) => [job_cluster_key, new_cluster]),
  );
  const withOwnCluster = <Task extends Pick<TaskSettings, 'job_cluster_key'>>(task: Task): Task => {
    const shared = task.job_cluster_key === undefined ? undefined : clusters.get(task.job_cluster_key);
    return shared !== undefined ? Object.assign({}, task, { new_cluster: shared }) : task;
  };
  return taskSettingsOf(settings, settings.name).map((task) => {
    const { for_each_task: forEach } = task;
    if (forEach === undefined) return withOwnCluster(task);
    return Object.assign({}, task, {
      for_each_task: Object.assign({}, forEach, { task: withOwnCluster(forEach.task) }),
    });
  });
}
