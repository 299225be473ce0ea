import type { Operation } from '../operation.ts';
import { flagOfQuery, idOfQuery, pageToken, parsePageToken } from '../request-parsing.ts';
import { PAGE_SIZE, repairHistoryJson, runJson, taskJson, taskRunJson } from '../runs/run-json.ts';
import { findRun } from '../resources/find-run.ts';

/** What comes in pages, a hundred of each at a time. */
const PAGED_FIELDS = ['tasks', 'iterations', 'job_clusters', 'job_parameters', 'repair_history'];

/** One run, with its tasks page by page. */
export const runsGet: Operation = {
  name: 'runs/get',
  method: 'GET',
  path: 'jobs/runs/get',
  handle({ query, version }, workspace) {
    const { run, task } = findRun(workspace, idOfQuery(query, 'run_id'));
    const { identity } = workspace;
    const taskRunOf = (entry: (typeof run.tasks)[number]) => taskJson(entry, run, identity);
    const whole =
      task !== undefined
        ? {
            ...taskRunJson(task, run, identity),
            ...(task.iterations === undefined ? {} : { iterations: task.iterations.map(taskRunOf) }),
          }
        : {
            ...runJson(run, identity),
            tasks: run.tasks.map(taskRunOf),
            ...(flagOfQuery(query, 'include_history') ? { repair_history: repairHistoryJson(run) } : {}),
          };
    // Before 2.2 every element comes in one response.
    return version === '2.2' ? pageOf(whole, query.get('page_token')) : whole;
  },
};

/** This page of every array that is paged; later pages leave out the arrays that are exhausted. */
function pageOf(whole: Record<string, unknown>, token: string | null): Record<string, unknown> {
  const [offset = 0] = token ? parsePageToken(token) : [];
  const page = { ...whole };
  let hasMore = false;
  for (const field of PAGED_FIELDS) {
    const elements = whole[field];
    if (!Array.isArray(elements)) continue;
    // The one task of a for-each task run stands on each page of its iterations.
    if (field === 'tasks' && 'iterations' in whole) continue;
    const part = elements.slice(offset, offset + PAGE_SIZE) as unknown[];
    if (part.length > 0) page[field] = part;
    else delete page[field];
    hasMore ||= elements.length > offset + PAGE_SIZE;
  }
  return hasMore ? { ...page, next_page_token: pageToken(offset + PAGE_SIZE) } : page;
}
