import { invalidParameter } from '../api-error.ts';
import { flagOfQuery, idOfQuery, pageToken, parsePageToken, type Operation } from '../operation.ts';
import type { RunRecord } from '../runs/record.ts';
import type { Position, RunList } from '../runs/run-list.ts';
import { pageSize, runJson, taskJson } from '../runs/run-json.ts';
import { isTerminal } from '../runs/state.ts';
import type { Workspace } from '../workspace.ts';

const defaultLimit = 20;
const maxLimit = 25;
/** The server refuses from here on, one later than documented. */
const acceptedLimit = 26;
const maxOffset = 10_000;
/** Runs looked at for one page: a filter that finds little gives a short page with a token, as Databricks does. */
const maxScanned = 1_000;

export const runsList: Operation = {
  name: 'runs/list',
  method: 'GET',
  path: 'jobs/runs/list',
  handle({ query, version }, workspace) {
    const limit = limitOf(query);
    const { list, accepts } = selection(query, workspace);
    const offset = numberOf(query, 'offset');
    if (offset !== undefined && offset > maxOffset)
      throw invalidParameter(
        `The supplied offset ${offset} has exceeded the value of ${maxOffset} allowed for this parameter.Please use the page_token parameter to paginate.`,
      );
    const page: RunRecord[] = [];
    let last: Position | undefined;
    let skip = offset ?? 0;
    let scanned = 0;
    let hasMore = false;
    for (const run of list?.after(startOf(query)) ?? []) {
      if (page.length === limit || scanned === maxScanned) {
        hasMore = true;
        break;
      }
      last = { timeMs: run.endTime || run.startTime, runId: run.runId };
      if (accepts(run) && skip-- <= 0) page.push(run);
      if (skip < 0) scanned++;
    }
    const withTasks = flagOfQuery(query, 'expand_tasks');
    return {
      ...(page.length > 0 && { runs: page.map((run) => listed(run, withTasks, workspace)) }),
      ...(version !== '2.2' && { has_more: hasMore }),
      ...(hasMore && last && { next_page_token: pageToken(last.timeMs, last.runId) }),
    };
  },
};

function listed(run: RunRecord, withTasks: boolean, { identity }: Workspace): object {
  const json = runJson(run, identity);
  if (!withTasks) return json;
  return {
    ...json,
    tasks: run.tasks.slice(0, pageSize).map((task) => taskJson(task, run, identity)),
    ...(run.tasks.length > pageSize && { has_more: true }),
  };
}

function selection(
  query: URLSearchParams,
  { runs }: Workspace,
): { list: RunList | undefined; accepts(run: RunRecord): boolean } {
  const activeOnly = flagOfQuery(query, 'active_only');
  const completedOnly = flagOfQuery(query, 'completed_only');
  if (activeOnly && completedOnly) throw invalidParameter('Only one of active_only and completed_only can be true.');
  const from = numberOf(query, 'start_time_from') ?? 0;
  const to = numberOf(query, 'start_time_to') ?? Infinity;
  const runType = query.get('run_type');
  const all = activeOnly ? runs.active : completedOnly ? runs.completed : runs.all;
  return {
    list: query.get('job_id') ? runs.runsOfJob(idOfQuery(query, 'job_id')) : all,
    accepts: (run) =>
      run.startTime >= from &&
      run.startTime <= to &&
      (!runType || run.runType === runType) &&
      !(activeOnly && isTerminal(run.state)) &&
      !(completedOnly && !isTerminal(run.state)),
  };
}

function startOf(query: URLSearchParams): Position | undefined {
  const token = query.get('page_token');
  if (!token) return undefined;
  const [timeMs = 0, runId = 0] = parsePageToken(token);
  return { timeMs, runId };
}

function limitOf(query: URLSearchParams): number {
  const limit = numberOf(query, 'limit') ?? defaultLimit;
  if (limit > acceptedLimit)
    throw invalidParameter(`Invalid limit ${limit} - it has to be no more than ${acceptedLimit}.`);
  return limit === 0 ? maxLimit : limit;
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,16}$/.test(text)) throw invalidParameter(`Invalid value for ${name}: ${text}.`);
  return Number(text);
}
