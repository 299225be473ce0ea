import { jobSchema } from '../jobs.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { checkJob } from '../task-settings.ts';
import { takeCreation } from '../resources/new-run-checks.ts';

/** Saves a job. */
export const jobsCreate: Operation = {
  name: 'jobs/create',
  method: 'POST',
  path: 'jobs/create',
  handle({ body, version }, workspace) {
    const settings = parseBody(body, jobSchema);
    checkJob(settings);
    takeCreation(workspace);
    // Jobs that are made through 2.2 queue unless they say otherwise.
    const queue = settings.queue ?? (version === '2.2' ? { enabled: true } : undefined);
    const job = workspace.jobs.create(
      { ...settings, ...(queue === undefined ? {} : { queue }) },
      workspace.clock.now(),
    );
    return { job_id: job.jobId };
  },
};
