import * as z from 'zod';
import { parseJson, stringifyJson } from '../json.ts';
import type { CallOptions } from './call-options.ts';
import { JOBS_PATH } from './jobs-path.ts';
import { pagesOf } from './pages-of.ts';
import { savedJobs, type SavedJobs } from './saved-jobs.ts';
import { type BaseRun, Created, Repaired, type Run, RunList, RunOutput, RunPage } from './schemas.ts';
import type { DatabricksRequest, Transport } from './transport.ts';
import { validatedCall } from './validated-call.ts';

export type { CallOptions } from './call-options.ts';

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
export interface JobsClient extends SavedJobs {
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
}

/** What the API takes at most. */
const RUNS_PER_PAGE = 25;

/** The Jobs API over a transport. */
export function createJobsClient(transport: Transport): JobsClient {
  const call = validatedCall(transport);

  const post = (path: string, body: string, isSafe: boolean, options: CallOptions | undefined): DatabricksRequest => ({
    method: 'POST',
    path: `${JOBS_PATH}/${path}`,
    body,
    isSafe,
    ...options,
  });

  const readRun = (query: NonNullable<DatabricksRequest['query']>, options: CallOptions | undefined): Promise<Run> =>
    call('runs/get', RunPage, { method: 'GET', path: `${JOBS_PATH}/runs/get`, query, ...options });

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
      for await (const page of pagesOf('runs/get', read)) {
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
      const path = `${JOBS_PATH}/runs/get-output`;
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
          path: `${JOBS_PATH}/runs/list`,
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
      for await (const page of pagesOf('runs/list', read)) yield page.runs;
    },

    ...savedJobs(call),
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
