import { z } from 'zod';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { idSchema } from '../runs/settings.ts';
import { findJob } from '../resources/find-job.ts';

const bodySchema = z.looseObject({ job_id: idSchema });

/** Deletes a job; its runs stay. */
export const jobsDelete: Operation = {
  name: 'jobs/delete',
  method: 'POST',
  path: 'jobs/delete',
  handle({ body }, workspace) {
    workspace.jobs.delete(findJob(workspace, parseBody(body, bodySchema).job_id));
    return {};
  },
};
