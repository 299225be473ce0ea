import type { Operation } from '../operation.ts';
import { idOfQuery } from '../request-parsing.ts';
import { findJob } from '../resources/find-job.ts';
import { jobJson } from '../resources/job-json.ts';

/** One saved job. */
export const jobsGet: Operation = {
  name: 'jobs/get',
  method: 'GET',
  path: 'jobs/get',
  handle({ query }, workspace) {
    return jobJson(findJob(workspace, idOfQuery(query, 'job_id')), workspace);
  },
};
