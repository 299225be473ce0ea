import type { AppContext } from '../../context.ts';
import { AppError } from '../../errors.ts';
import type { Activities } from '../../workflow/activities.ts';
import { updateRun, isActiveAttempt } from '../record/update-run.ts';
import { isOutage } from '../../databricks/errors.ts';
import { currentRun } from '../record/current-run.ts';
import { findJob } from '../../databricks/find-job.ts';

type Step = Activities['size-run'];

/**
 * Asks how many tasks the saved job of a run has, which hold as many places, and notes it. What cannot be known for
 * good, as the size of a job that may not be read, stays as it is: the run itself says it once it is at work.
 */
export async function sizeRun(context: AppContext, { key, attempt }: Step['input']): Promise<Step['output']> {
  const stored = await currentRun(context, key);
  const { request } = stored.record;
  if (request.target.kind !== 'run_now') return { kind: 'sized', taskCount: request.taskCount };
  try {
    const { jobs, jobSizes } = context.workspace(request.workspace);
    const { job } = request.target;
    const look = async () => {
      const jobId = stored.record.jobId ?? (await findJob(jobs, job));
      return { jobId, taskCount: await jobSizes.of(jobId) };
    };
    const passed = await context.outages.run(request.workspace, look, isOutage);
    if (passed.kind === 'busy') return { kind: 'unavailable', notBeforeMs: context.now() + passed.againMs };
    const { jobId, taskCount } = passed.result;
    await updateRun(context, stored, (record) =>
      isActiveAttempt(record, attempt) && record.status === 'queued'
        ? { ...record, jobId, request: { ...record.request, taskCount } }
        : undefined,
    );
    return { kind: 'sized', taskCount };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!error.retryable) return { kind: 'sized', taskCount: request.taskCount };
    return { kind: 'unavailable', notBeforeMs: error.retryAtMs(context.now()) };
  }
}
