import { z } from 'zod';
import { jobSchema } from '../jobs.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { idSchema } from '../runs/settings.ts';
import { checkJob } from '../task-settings.ts';
import { findJob } from '../resources/find-job.ts';

const bodySchema = z.looseObject({ job_id: idSchema, new_settings: jobSchema });

/** Replaces all settings of a job. */
export const jobsReset: Operation = {
  name: 'jobs/reset',
  method: 'POST',
  path: 'jobs/reset',
  handle({ body }, workspace) {
    const { job_id: jobId, new_settings: settings } = parseBody(body, bodySchema);
    const job = findJob(workspace, jobId);
    checkJob(settings);
    workspace.jobs.update(job, settings);
    return {};
  },
};
