/** What the paths of the Jobs API begin with. */
export const JOBS_PATH = '/api/2.2/jobs';
