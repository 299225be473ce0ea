import { flagOfQuery, idOfQuery, pageToken, parsePageToken, type Operation } from '../operation.ts';
import { pageSize, repairHistoryJson, runJson, taskJson, taskRunJson } from '../runs/run-json.ts';
import { findRun } from './find-run.ts';

export const runsGet: Operation = {
  name: 'runs/get',
  method: 'GET',
  path: 'jobs/runs/get',
  handle({ query, version }, workspace) {
    const { run, task } = findRun(workspace, idOfQuery(query, 'run_id'));
    const token = query.get('page_token');
    const [offset = 0] = token ? parsePageToken(token) : [];
    // Before 2.2 every element comes in one answer.
    const end = version === '2.2' ? offset + pageSize : Infinity;
    if (task) {
      const iterations = task.iterations?.slice(offset, end).map((entry) => taskJson(entry, run, workspace.identity));
      return {
        ...taskRunJson(task, run, workspace.identity),
        ...(iterations && { iterations }),
        ...((task.iterations?.length ?? 0) > end && { next_page_token: pageToken(end) }),
      };
    }
    const tasks = run.tasks.slice(offset, end).map((entry) => taskJson(entry, run, workspace.identity));
    const history = flagOfQuery(query, 'include_history') ? repairHistoryJson(run) : [];
    const repairs = history.slice(offset, end);
    const hasMore = run.tasks.length > end || history.length > end;
    return {
      ...runJson(run, workspace.identity),
      ...(tasks.length > 0 && { tasks }),
      ...(repairs.length > 0 && { repair_history: repairs }),
      ...(hasMore && { next_page_token: pageToken(end) }),
    };
  },
};
