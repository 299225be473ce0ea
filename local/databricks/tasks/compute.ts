import type { Clusters } from '../clusters.ts';
import type { Compute } from '../runs/execution.ts';
import type { RunRecord, TaskRecord } from '../runs/record.ts';
import { SIMULATED_PREFIX } from '../runs/settings.ts';
import { failedBeforeStart } from '../runs/state.ts';

/** A running cluster takes this long to begin a task; serverless compute a little longer. */
const ATTACH_MS = 1_000;
const SERVERLESS_START_MS = 2_000;

/** Compute for a task as its settings ask: a cluster that exists, a new one, or serverless. */
export function acquireCompute(clusters: Clusters, task: TaskRecord, run: RunRecord): Compute {
  const { existing_cluster_id: existing, new_cluster: spec, notebook_task: notebook } = task.settings;
  const simulated =
    notebook?.notebook_path.startsWith(SIMULATED_PREFIX) === true
      ? Number(notebook.base_parameters?.['setup_seconds'] ?? Number.NaN) * 1_000
      : Number.NaN;
  const readyAtOf = (readyAt: number) =>
    Number.isFinite(simulated) ? task.startTime + Math.max(simulated, 0) : readyAt;
  if (existing !== undefined) {
    const cluster = clusters.get(existing);
    if (cluster === undefined || cluster.source === 'JOB')
      return {
        failure: failedBeforeStart(
          'INVALID_CLUSTER_REQUEST',
          `Run executed on existing cluster ID ${existing} failed since the cluster does not exist.`,
        ),
      };
    return { readyAt: readyAtOf(clusters.start(cluster) + ATTACH_MS), clusterId: existing };
  }
  if (spec !== undefined) {
    const own = task.clusterId === undefined ? undefined : clusters.get(task.clusterId);
    const cluster = own ?? clusters.create(`job-${run.jobId}-run-${run.runId}-${task.taskKey}`, spec);
    return { readyAt: readyAtOf(clusters.start(cluster) + ATTACH_MS), clusterId: cluster.clusterId };
  }
  return { readyAt: readyAtOf(task.startTime + SERVERLESS_START_MS) };
}

/** Lets go of a cluster that was made for the task. */
export function releaseCompute(clusters: Clusters, task: TaskRecord): void {
  const cluster = task.clusterId === undefined ? undefined : clusters.get(task.clusterId);
  if (cluster?.source === 'JOB') clusters.terminate(cluster);
}
