import * as z from 'zod';
import { parseJson, stringifyJson } from '../json.ts';
import { DatabricksProtocolError } from './errors.ts';
import {
  type BaseRun,
  Created,
  type Job,
  JobList,
  JobPage,
  Repaired,
  type Run,
  RunList,
  RunOutput,
  RunPage,
} from './schemas.ts';
import type { DatabricksRequest, Transport } from './transport.ts';
import { validatedCall } from './validated-call.ts';

/** Bounds that a call may set for itself; see `DatabricksRequest`. */
export type CallOptions = Pick<DatabricksRequest, 'signal' | 'timeoutMs' | 'budgetMs' | 'notAfterMs' | 'trace'>;

interface PagedCallOptions extends CallOptions {
  /** Waited for before each page is asked for. */
  beforePage?: () => Promise<void>;
}

interface ListRunsQuery {
  activeOnly?: boolean;
  completedOnly?: boolean;
  jobId?: string;
  runType?: 'JOB_RUN' | 'SUBMIT_RUN' | 'WORKFLOW_RUN';
  /** With the first hundred tasks of each run; `has_more` says that there are others. */
  expandTasks?: boolean;
  /** Epoch ms, inclusive. */
  startTimeFrom?: number;
  startTimeTo?: number;
}

/**
 * The Jobs API 2.2 of one workspace. Ids are strings of digits. Every call throws one of the leaves of
 * `DatabricksError`.
 */
export interface JobsClient {
  /** Sends the body as it is. Sent again after a lost response only if it holds an `idempotency_token`. */
  submit(bodyText: string, options?: CallOptions): Promise<{ runId: string }>;
  /** As `submit`, for a saved job. */
  runNow(bodyText: string, options?: CallOptions): Promise<{ runId: string }>;
  /** The run with the tasks and iterations of all its pages. */
  getRun(runId: string, options?: CallOptions & { includeHistory?: boolean }): Promise<Run>;
  /** The run with the tasks of its first page, which has its state; `next_page_token` says that there are more. */
  getRunPage(runId: string, options?: CallOptions): Promise<Run>;
  /** The output of one task's run; Databricks has none for a run of several tasks. */
  getRunOutput(taskRunId: string, options?: CallOptions): Promise<RunOutput>;
  /** Asks for the end of a run, which comes later. */
  cancelRun(runId: string, options?: CallOptions): Promise<void>;
  /** Never sent again after a lost response: Databricks knows no token here. */
  repairRun(bodyText: string, options?: CallOptions): Promise<{ repairId: string }>;
  /** Newest first, page by page as they are read. */
  listRuns(query?: ListRunsQuery, options?: CallOptions): AsyncIterable<BaseRun>;
  /** As `listRuns`, a page at a time; a page may be empty and not the last. */
  listRunPages(query?: ListRunsQuery, options?: PagedCallOptions): AsyncIterable<readonly BaseRun[]>;
  /** A saved job with the tasks of all its pages. */
  getJob(jobId: string, options?: CallOptions): Promise<Job>;
  /** The saved jobs of that name; names need not be unique. */
  listJobsByName(name: string, options?: CallOptions): Promise<Job[]>;
}

const BASE = '/api/2.2/jobs';
/** Above 1,000 tasks of 100 attempts each, in pages of 100. */
const MAX_PAGES = 1_000;
/** What the API takes at most. */
const RUNS_PER_PAGE = 25;
const JOBS_PER_PAGE = 100;

/** The Jobs API over a transport. */
export function createJobsClient(transport: Transport): JobsClient {
  const call = validatedCall(transport);

  async function* pages<Page extends { next_page_token?: string | undefined }>(
    operation: string,
    read: (pageToken: string | undefined) => Promise<Page>,
  ): AsyncGenerator<Page> {
    let token: string | undefined;
    for (let count = 0; count < MAX_PAGES; count++) {
      const page = await read(token);
      yield page;
      const next = page.next_page_token;
      if (next === undefined || next === '') return;
      if (next === token) break;
      token = next;
    }
    const databricksMessage = 'The pages of the answer do not end.';
    throw new DatabricksProtocolError({ operation, status: 200, databricksMessage }, { retryable: false });
  }

  const post = (path: string, body: string, isSafe: boolean, options: CallOptions | undefined): DatabricksRequest => ({
    method: 'POST',
    path: `${BASE}/${path}`,
    body,
    isSafe,
    ...options,
  });

  const readRun = (query: NonNullable<DatabricksRequest['query']>, options: CallOptions | undefined): Promise<Run> =>
    call('runs/get', RunPage, { method: 'GET', path: `${BASE}/runs/get`, query, ...options });

  return {
    async submit(bodyText, options) {
      const request = post('runs/submit', bodyText, hasIdempotencyToken(bodyText), options);
      const { run_id } = await call('runs/submit', Created, request);
      return { runId: run_id };
    },

    async runNow(bodyText, options) {
      const request = post('run-now', bodyText, hasIdempotencyToken(bodyText), options);
      const { run_id } = await call('run-now', Created, request);
      return { runId: run_id };
    },

    async getRun(runId, { includeHistory, ...options } = {}) {
      const read = (pageToken: string | undefined) =>
        readRun({ run_id: runId, include_history: includeHistory, page_token: pageToken }, options);
      let run: Run | undefined;
      for await (const page of pages('runs/get', read)) {
        if (run === undefined) run = { ...page, next_page_token: undefined };
        else {
          run.tasks.push(...page.tasks);
          run.iterations.push(...page.iterations);
          run.repair_history.push(...page.repair_history);
        }
      }
      // `pages` yields at least once or throws.
      return run as Run;
    },

    getRunPage(runId, options) {
      return readRun({ run_id: runId }, options);
    },

    getRunOutput(taskRunId, options) {
      const path = `${BASE}/runs/get-output`;
      return call('runs/get-output', RunOutput, { method: 'GET', path, query: { run_id: taskRunId }, ...options });
    },

    async cancelRun(runId, options) {
      await call('runs/cancel', z.unknown(), post('runs/cancel', idBody('run_id', runId), true, options));
    },

    async repairRun(bodyText, options) {
      const { repair_id } = await call('runs/repair', Repaired, post('runs/repair', bodyText, false, options));
      return { repairId: repair_id };
    },

    async *listRuns(query, options) {
      for await (const page of this.listRunPages(query, options)) yield* page;
    },

    async *listRunPages(query = {}, { beforePage, ...options } = {}) {
      const read = async (pageToken: string | undefined) => {
        await beforePage?.();
        return call('runs/list', RunList, {
          method: 'GET',
          path: `${BASE}/runs/list`,
          query: {
            active_only: query.activeOnly,
            completed_only: query.completedOnly,
            job_id: query.jobId,
            run_type: query.runType,
            expand_tasks: query.expandTasks,
            start_time_from: query.startTimeFrom,
            start_time_to: query.startTimeTo,
            limit: RUNS_PER_PAGE,
            page_token: pageToken,
          },
          ...options,
        });
      };
      for await (const page of pages('runs/list', read)) yield page.runs;
    },

    async getJob(jobId, options) {
      const read = (pageToken: string | undefined) =>
        call('jobs/get', JobPage, {
          method: 'GET',
          path: `${BASE}/get`,
          query: { job_id: jobId, page_token: pageToken },
          ...options,
        });
      let job: Job | undefined;
      for await (const page of pages('jobs/get', read)) {
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
          path: `${BASE}/list`,
          query: { name, limit: JOBS_PER_PAGE, page_token: pageToken },
          ...options,
        });
      const jobs: Job[] = [];
      for await (const page of pages('jobs/list', read)) jobs.push(...page.jobs);
      return jobs;
    },
  };
}

/** Ids are JSON numbers for Databricks, with all their digits. */
function idBody(name: string, id: string): string {
  return stringifyJson({ [name]: JSON.rawJSON(id) });
}

/** Databricks takes the token at the top level only, and an empty one for none. */
function hasIdempotencyToken(bodyText: string): boolean {
  const body = z.object({ idempotency_token: z.string().min(1) }).safeParse(parseJson(bodyText));
  return body.success;
}
