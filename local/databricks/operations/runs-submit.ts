import { ApiError, invalidParameter, invalidState } from '../api-error.ts';
import { parseBody, type Operation } from '../operation.ts';
import type { RunRecord } from '../runs/record.ts';
import { runSchema } from '../runs/settings.ts';
import { checkTasks } from '../task-settings.ts';
import type { Workspace } from '../workspace.ts';

const maxTokenLength = 64;
const missingCompute = {
  '2.0': 'Either new_cluster or existing_cluster_id must be specified.',
  '2.1': 'One of job_cluster_key, new_cluster, or existing_cluster_id must be specified.',
  '2.2': 'One of job_cluster_key, new_cluster, or existing_cluster_id must be specified.',
};

export const runsSubmit: Operation = {
  name: 'runs/submit',
  method: 'POST',
  path: 'jobs/runs/submit',
  handle({ body, version }, workspace) {
    const settings = parseBody(body, runSchema);
    if (
      settings.job_clusters !== undefined ||
      settings.tasks?.some(({ job_cluster_key }) => job_cluster_key !== undefined)
    )
      throw invalidParameter('Shared job cluster feature is not supported in runs/submit API.');
    const taskSettings = checkTasks(settings, missingCompute[version]);
    const token = settings.idempotency_token;
    const existing = runOfToken(workspace, token);
    if (existing) return { run_id: existing.runId };

    if (!settings.queue?.enabled) refuseOverLimit(workspace);
    takeCreation(workspace);
    const run = workspace.runs.create({
      runType: 'SUBMIT_RUN',
      runName: settings.run_name ?? 'Untitled',
      settings,
      taskSettings,
      idempotencyKey: token,
    });
    return { run_id: run.runId };
  },
};

/**
 * The run that a token has already made.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE if the token is too long or its run was deleted
 */
export function runOfToken({ runs }: Workspace, token: string | undefined): RunRecord | undefined {
  if (!token) return undefined;
  if (token.length > maxTokenLength)
    throw invalidParameter(`The idempotency token must be at most ${maxTokenLength} characters long.`);
  const run = runs.runOfToken(token);
  if (run === 'deleted') throw invalidParameter(`The run with idempotency token ${token} has been deleted.`);
  return run;
}

/** @throws ApiError 429 for a run that cannot start now and may not queue */
export function refuseOverLimit({ runs }: Workspace): void {
  const { activeCount, maxConcurrentRuns } = runs.admission;
  if (activeCount < maxConcurrentRuns) return;
  throw new ApiError(
    429,
    'REQUEST_LIMIT_EXCEEDED',
    `The workspace has reached its limit of ${maxConcurrentRuns} concurrent runs: the run cannot start immediately.`,
    { 'retry-after': '1' },
  );
}

/** @throws ApiError 400 INVALID_STATE when too many jobs were created in the window */
export function takeCreation({ runs, clock }: Workspace): void {
  const { creations } = runs;
  if (creations.take(clock.now())) return;
  const seconds = creations.windowMs / 1_000;
  throw invalidState(
    `There were already ${creations.count} jobs created in past ${seconds} seconds, exceeding rate limit: ${creations.count} job creations per ${seconds} seconds.`,
  );
}
