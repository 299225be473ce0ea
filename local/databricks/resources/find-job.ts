import { invalidParameter } from '../api-error.ts';
import type { Id } from '../ids.ts';
import type { Job } from '../jobs.ts';
import type { Workspace } from '../workspace.ts';

/** @throws ApiError 400 INVALID_PARAMETER_VALUE, which is how Databricks responds for an unknown job */
export function findJob({ jobs }: Workspace, jobId: Id): Job {
  const job = jobs.get(jobId);
  if (job === undefined) throw invalidParameter(`Job ${jobId} does not exist.`);
  return job;
}
