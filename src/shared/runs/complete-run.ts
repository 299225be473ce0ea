import type { App, Workspace } from '../app.ts';
import { isSuccess } from '../domain/outcome.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { AppError } from '../errors.ts';
import { stringifyJson } from '../json.ts';
import type { Activities } from '../workflow/steps.ts';
import { currentRun } from './current-run.ts';
import { collectOutputs, OutputsUnavailableError, type TaskOutput } from './task-outputs.ts';

type Step = Activities['complete-run'];

/** Reads the outputs of all tasks, archives the result and closes the run. */
export async function completeRun(app: App, { key, end, final }: Step['input']): Promise<Step['output']> {
  const { record, etag } = await currentRun(app, key);
  if (record.status === 'completed') return { kind: 'completed' };
  let tasks: TaskOutput[];
  try {
    tasks = await outputsOf(app.workspace(record.request.workspace), record, final);
  } catch (error) {
    if (error instanceof OutputsUnavailableError) return { kind: 'unavailable' };
    throw error;
  }
  await app.archive.writeResult(record.id, stringifyJson({ tasks }));
  const completedAtMs = record.completedAtMs ?? app.now();
  const { outcome, failure } = end;
  const completed: RunRecord = { ...record, status: 'completed', outcome, failure, ticket: null, completedAtMs };
  // Somebody wished it to stop just now, or another execution of this activity was faster: the next try will see.
  if (!(await app.ledger.write(completed, etag))) return { kind: 'unavailable' };
  app.log.info('run_completed', { run: record.id, outcome: end.outcome, databricks_run: record.runId });
  if (isSuccess(end.outcome)) await learnDuration(app, record, completedAtMs);
  return { kind: 'completed' };
}

async function outputsOf(workspace: Workspace, record: RunRecord, final: boolean): Promise<TaskOutput[]> {
  return record.runId === null ? [] : collectOutputs(workspace.jobs, record.tasks, final);
}

async function learnDuration(app: App, record: RunRecord, completedAtMs: number): Promise<void> {
  if (record.submittedAtMs === null) return;
  const { workspace, workKey } = record.request;
  const durationMs = completedAtMs - record.submittedAtMs;
  // Only the pace of later polls hangs on it.
  await app.durations.learn(workspace, workKey, durationMs).catch((error: unknown) => {
    app.log.warn('duration_not_kept', { run: record.id, code: error instanceof AppError ? error.code : 'UNKNOWN' });
  });
}
