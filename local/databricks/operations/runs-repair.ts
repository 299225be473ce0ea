import { z } from 'zod';
import { invalidParameter, invalidState } from '../api-error.ts';
import type { Operation } from '../operation.ts';
import { parseBody } from '../request-parsing.ts';
import { latestAttempts, type RunRecord } from '../runs/record.ts';
import { idSchema, flagSchema } from '../runs/settings.ts';
import { isTerminal } from '../runs/state.ts';
import { jobTasks } from '../start-job-run.ts';
import { parametersOf, parametersSchema } from '../resources/run-parameters.ts';
import { takeCreation } from '../resources/new-run-checks.ts';

const bodySchema = parametersSchema.extend({
  run_id: idSchema,
  rerun_tasks: z.array(z.string()).optional(),
  rerun_all_failed_tasks: flagSchema.optional(),
  rerun_dependent_tasks: flagSchema.optional(),
  latest_repair_id: idSchema.optional(),
});

/**
 * Tasks are run again by the current settings of their job.
 * @see https://docs.databricks.com/api/azure/workspace/jobs/repairrun
 */
export const runsRepair: Operation = {
  name: 'runs/repair',
  method: 'POST',
  path: 'jobs/runs/repair',
  handle({ body }, workspace) {
    const request = parseBody(body, bodySchema);
    const run = workspace.runs.kept.get(request.run_id);
    if (run === undefined) throw invalidParameter(`Run ${request.run_id} does not exist.`);
    if (!isTerminal(run.state)) throw invalidState(`Run ${run.runId} cannot be repaired while it is in progress.`);
    const latest = run.repairs.at(-1)?.id;
    if (latest !== undefined && request.latest_repair_id !== latest)
      throw invalidParameter('latest_repair_id must be the id of the latest repair of the run.');
    const keys = chosenTasks(run, request);
    takeCreation(workspace);
    const job = run.runType === 'JOB_RUN' ? workspace.jobs.get(run.jobId) : undefined;
    const settings = job === undefined ? undefined : jobTasks(job);
    return { repair_id: workspace.runs.repair(run, keys, { parameters: parametersOf(request), settings }) };
  },
};

function chosenTasks(run: RunRecord, request: z.output<typeof bodySchema>): Set<string> {
  const { rerun_tasks: named, rerun_all_failed_tasks: allFailed } = request;
  if ((named !== undefined) === Boolean(allFailed))
    throw invalidParameter('Exactly one of rerun_tasks and rerun_all_failed_tasks must be specified.');
  const attempts = latestAttempts(run);
  const unknown = named?.find((key) => !attempts.has(key));
  if (unknown !== undefined) throw invalidParameter(`Task ${unknown} does not exist in run ${run.runId}.`);
  const failed = [...attempts.values()].filter(({ state }) => state.result?.startsWith('SUCCESS') !== true);
  const keys = new Set(named ?? failed.map(({ taskKey }) => taskKey));
  if (keys.size === 0) throw invalidParameter(`Run ${run.runId} has no failed tasks to repair.`);
  if (request.rerun_dependent_tasks === true) addDependents(run, keys);
  return keys;
}

function addDependents(run: RunRecord, keys: Set<string>): void {
  for (let grown = true; grown;) {
    grown = false;
    for (const { task_key, depends_on } of run.taskSettings) {
      if (keys.has(task_key) || depends_on?.some((dependency) => keys.has(dependency.task_key)) !== true) continue;
      keys.add(task_key);
      grown = true;
    }
  }
}
