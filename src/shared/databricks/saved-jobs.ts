import type { CallOptions } from './call-options.ts';
import { JOBS_PATH } from './jobs-path.ts';
import { pagesOf } from './pages-of.ts';
import { type Job, JobList, JobPage } from './schemas.ts';
import type { ValidatedCall } from './validated-call.ts';

const JOBS_PER_PAGE = 100;

/** What is read of saved jobs. */
export interface SavedJobs {
  /** A saved job with the tasks of all its pages. */
  getJob(jobId: string, options?: CallOptions): Promise<Job>;
  /** The saved jobs of that name; names need not be unique. */
  listJobsByName(name: string, options?: CallOptions): Promise<Job[]>;
}

/** The calls of the Jobs API about saved jobs. */
export function savedJobs(call: ValidatedCall): SavedJobs {
  return {
    async getJob(jobId, options) {
      const read = (pageToken: string | undefined) =>
        call('jobs/get', JobPage, {
          method: 'GET',
          path: `${JOBS_PATH}/get`,
          query: { job_id: jobId, page_token: pageToken },
          ...options,
        });
      let job: Job | undefined;
      for await (const page of pagesOf('jobs/get', read)) {
        if (job === undefined) job = page;
        else job.settings?.tasks.push(...(page.settings?.tasks ?? []));
      }
      // `pages` yields at least once or throws.
      return job as Job;
    },

    async listJobsByName(name, options) {
      const read = (pageToken: string | undefined) =>
        call('jobs/list', JobList, {
          method: 'GET',
          path: `${JOBS_PATH}/list`,
          query: { name, limit: JOBS_PER_PAGE, page_token: pageToken },
          ...options,
        });
      const jobs: Job[] = [];
      for await (const page of pagesOf('jobs/list', read)) jobs.push(...page.jobs);
      return jobs;
    },
  };
}
