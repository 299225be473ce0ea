import { invalidParameter } from '../api-error.ts';
import type { Id } from '../ids.ts';
import { taskRuns, type RunRecord, type TaskRecord } from '../runs/record.ts';
import type { Workspace } from '../workspace.ts';

/**
 * The run of this id, and the task run if it is the id of one.
 * @throws ApiError 400 INVALID_PARAMETER_VALUE, which is how Databricks responds for an unknown run
 */
export function findRun({ runs }: Workspace, runId: Id): { run: RunRecord; task: TaskRecord | undefined } {
  const run = runs.kept.get(runId);
  if (run !== undefined) return { run, task: undefined };
  const parent = runs.kept.ofTask(runId);
  const task = parent === undefined ? undefined : taskRuns(parent).find((candidate) => candidate.runId === runId);
  if (parent !== undefined && task !== undefined) return { run: parent, task };
  throw invalidParameter(`Run ${runId} does not exist.`);
}
