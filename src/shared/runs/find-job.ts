import type { JobsClient } from '../databricks/jobs.ts';
import { failure, type Failure } from '../domain/failure.ts';

/** No saved job has the name, or more than one has. */
export class JobNameError extends Error {
  override readonly name = 'JobNameError';
  readonly failure: Failure;

  constructor(code: string, message: string) {
    super(message);
    this.failure = failure('configuration', code, message);
  }
}

/** The id of a saved job. Raises JobNameError, and what the client raises. */
export async function findJob(jobs: JobsClient, job: { id: string } | { name: string }): Promise<string> {
  if ('id' in job) return job.id;
  const found = await jobs.listJobsByName(job.name);
  const [only] = found;
  if (only === undefined) throw new JobNameError('JOB_NOT_FOUND', `No saved job is named ${job.name}.`);
  if (found.length > 1) {
    throw new JobNameError('JOB_NAME_AMBIGUOUS', `${found.length} saved jobs are named ${job.name}: use the job id.`);
  }
  return only.job_id;
}
