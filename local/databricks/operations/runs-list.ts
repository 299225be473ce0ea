import { invalidParameter } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { flagOfQuery, idOfQuery, pageToken, parsePageToken } from '../request-parsing.ts';
import type { RunRecord } from '../runs/record.ts';
import type { Position, RunList } from '../runs/run-list.ts';
import { PAGE_SIZE, runJson, taskJson } from '../runs/run-json.ts';
import { isTerminal } from '../runs/state.ts';
import type { Workspace } from '../workspace.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 25;
/** The server refuses from here on, one later than documented. */
const ACCEPTED_LIMIT = 26;
const MAX_OFFSET = 10_000;
/** Runs looked at for one page: a filter that finds little gives a short page with a token, as Databricks does. */
const MAX_SCANNED = 1_000;

/** The runs, newest first, page by page. */
export const runsList: Operation = {
  name: 'runs/list',
  method: 'GET',
  path: 'jobs/runs/list',
  handle({ query, version }, workspace) {
    const { runs, next } = pageOf(query, workspace);
    const withTasks = flagOfQuery(query, 'expand_tasks');
    return {
      ...(runs.length > 0 ? { runs: runs.map((run) => listed(run, withTasks, workspace)) } : {}),
      ...(version === '2.2' ? {} : { has_more: next !== undefined }),
      ...(next === undefined ? {} : { next_page_token: pageToken(next.timeMs, next.runId) }),
    };
  },
};

/** One page, and the position from which the next goes on, if there may be one. */
function pageOf(query: URLSearchParams, workspace: Workspace): { runs: RunRecord[]; next: Position | undefined } {
  const limit = limitOf(query);
  const filter = filterOf(query);
  let skip = offsetOf(query);
  const runs: RunRecord[] = [];
  let last: Position | undefined;
  let scanned = 0;
  for (const run of listOf(query, workspace)?.after(startOf(query)) ?? []) {
    if (runs.length === limit || scanned === MAX_SCANNED) return { runs, next: last };
    last = { timeMs: run.endTime || run.startTime, runId: run.runId };
    if (!filter(run)) scanned++;
    else if (skip > 0) skip--;
    else runs.push(run);
  }
  return { runs, next: undefined };
}

function listed(run: RunRecord, withTasks: boolean, { identity }: Workspace): object {
  const json = runJson(run, identity);
  if (!withTasks) return json;
  return {
    ...json,
    tasks: run.tasks.slice(0, PAGE_SIZE).map((task) => taskJson(task, run, identity)),
    ...(run.tasks.length > PAGE_SIZE ? { has_more: true } : {}),
  };
}

function listOf(query: URLSearchParams, { runs }: Workspace): RunList | undefined {
  if (query.get('job_id')) return runs.kept.ofJob(idOfQuery(query, 'job_id'));
  if (flagOfQuery(query, 'active_only')) return runs.kept.active;
  return flagOfQuery(query, 'completed_only') ? runs.kept.completed : runs.kept.all;
}

function filterOf(query: URLSearchParams): (run: RunRecord) => boolean {
  const activeOnly = flagOfQuery(query, 'active_only');
  const completedOnly = flagOfQuery(query, 'completed_only');
  if (activeOnly && completedOnly) throw invalidParameter('Only one of active_only and completed_only can be true.');
  const from = numberOf(query, 'start_time_from') ?? 0;
  const to = numberOf(query, 'start_time_to') ?? Infinity;
  const runType = query.get('run_type');
  return (run) =>
    run.startTime >= from &&
    run.startTime <= to &&
    (!runType || run.runType === runType) &&
    !(isTerminal(run.state) ? activeOnly : completedOnly);
}

function offsetOf(query: URLSearchParams): number {
  const offset = numberOf(query, 'offset') ?? 0;
  if (offset <= MAX_OFFSET) return offset;
  throw invalidParameter(
    `The supplied offset ${offset} has exceeded the value of ${MAX_OFFSET} allowed for this parameter.Please use the page_token parameter to paginate.`,
  );
}

function startOf(query: URLSearchParams): Position | undefined {
  const token = query.get('page_token');
  if (!token) return undefined;
  const [timeMs = 0, runId = 0] = parsePageToken(token);
  return { timeMs, runId };
}

function limitOf(query: URLSearchParams): number {
  const limit = numberOf(query, 'limit') ?? DEFAULT_LIMIT;
  if (limit > ACCEPTED_LIMIT)
    throw invalidParameter(`Invalid limit ${limit} - it has to be no more than ${ACCEPTED_LIMIT}.`);
  return limit === 0 ? MAX_LIMIT : limit;
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,16}$/.test(text)) throw invalidParameter(`Invalid value for ${name}: ${text}.`);
  return Number(text);
}
