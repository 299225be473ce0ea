import { invalidParameter } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { runSchema } from '../runs/settings.ts';
import { checkTasks, DEFAULT_RUN_NAME } from '../task-settings.ts';
import { refuseOverLimit, runOfToken, takeCreation } from '../resources/new-run-checks.ts';

const MISSING_COMPUTE = {
  '2.0': 'Either new_cluster or existing_cluster_id must be specified.',
  '2.1': 'One of job_cluster_key, new_cluster, or existing_cluster_id must be specified.',
  '2.2': 'One of job_cluster_key, new_cluster, or existing_cluster_id must be specified.',
};

/** Starts a one-time run. */
export const runsSubmit: Operation = {
  name: 'runs/submit',
  method: 'POST',
  path: 'jobs/runs/submit',
  handle({ body, version }, workspace) {
    const settings = parseBody(body, runSchema);
    if (
      settings.job_clusters !== undefined ||
      settings.tasks?.some(({ job_cluster_key }) => job_cluster_key !== undefined) === true
    )
      throw invalidParameter('Shared job cluster feature is not supported in runs/submit API.');
    const taskSettings = checkTasks(settings, MISSING_COMPUTE[version]);
    const token = settings.idempotency_token;
    const existing = runOfToken(workspace, token);
    if (existing !== undefined) return { run_id: existing.runId };

    if (settings.queue?.enabled !== true) refuseOverLimit(workspace);
    takeCreation(workspace);
    const run = workspace.runs.create({
      runType: 'SUBMIT_RUN',
      runName: settings.run_name || DEFAULT_RUN_NAME,
      settings,
      taskSettings,
      idempotencyKey: token,
    });
    return { run_id: run.runId };
  },
};
