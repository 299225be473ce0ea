import { invalidParameter } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { idOfQuery } from '../request-parsing.ts';
import { latestAttempts } from '../runs/record.ts';
import { taskRunJson } from '../runs/run-json.ts';
import { findRun } from '../resources/find-run.ts';

/** The output of one task run. */
export const runsGetOutput: Operation = {
  name: 'runs/get-output',
  method: 'GET',
  path: 'jobs/runs/get-output',
  handle({ query }, workspace) {
    const { run, task: named } = findRun(workspace, idOfQuery(query, 'run_id'));
    // A run of the single-task form has the output of its task.
    const task = named ?? (run.settings.tasks === undefined ? latestAttempts(run).values().next().value : undefined);
    if (task === undefined)
      throw invalidParameter(
        'Retrieving the output of runs with multiple tasks is not supported. Please retrieve the output of each individual task run instead.',
      );
    return {
      metadata: { ...taskRunJson(task, run, workspace.identity), run_id: (named ?? run).runId },
      ...(task.settings.notebook_task === undefined ? {} : { notebook_output: {} }),
      ...task.output,
    };
  },
};
