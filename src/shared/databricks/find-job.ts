import type { JobsClient } from './jobs.ts';
import { AppError } from '../errors.ts';

/** No saved job has the name, or more than one has. */
export class JobNameError extends AppError {
  override readonly name = 'JobNameError';
  constructor(code: string, message: string) {
    super(message, { code, retryable: false });
  }
}

/** The id of a saved job. @throws {JobNameError}, and what the client throws. */
export async function findJob(jobs: JobsClient, job: { id: string } | { name: string }): Promise<string> {
  if ('id' in job) return job.id;
  // The filter of the API takes no notice of case.
  const found = (await jobs.listJobsByName(job.name)).filter(
    ({ settings }) => (settings?.name ?? job.name) === job.name,
  );
  const [only] = found;
  if (only === undefined) throw new JobNameError('JOB_NOT_FOUND', `No saved job is named ${job.name}.`);
  if (found.length > 1) {
    throw new JobNameError('JOB_NAME_AMBIGUOUS', `${found.length} saved jobs are named ${job.name}: use the job id.`);
  }
  return only.job_id;
}
