import type { App } from '../app.ts';
import type { TaskDocument } from '../domain/databricks-run.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { AppError } from '../errors.ts';
import { outputText } from './output-text.ts';
import { createTurnstile } from './turnstile.ts';

/** Outputs of one run are read so many at a time; the client paces them within the documented 20 a second. */
const PARALLEL_READS = 4;

/** Of all runs: an output of 10 MB takes several times that while it is read and written, and memory is the process's. */
const turnstile = createTurnstile(6);

/** Well within the time that a function may take; what is left is for the next try. */
const MAX_MS = 5 * 60_000;

/**
 * Reads the output of each task by its own run id and keeps it in the archive, or why it cannot be had; what is kept of
 * this attempt already is not read again. A task that never ran has none. Answers false where trying later may help,
 * which at the `final` try is only for want of time. Raises StorageUnavailableError.
 */
export async function keepOutputs(app: App, record: RunRecord, final: boolean): Promise<boolean> {
  const untilMs = app.now() + MAX_MS;
  const missing = await missingOutputs(app, record);
  const left = missing.values();
  let isComplete = true;
  const keepOn = async (): Promise<void> => {
    for (const task of left) {
      const isKept = app.now() < untilMs && (await turnstile(() => keepOutput(app, record, task, final)));
      isComplete &&= isKept;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: PARALLEL_READS }, keepOn));
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  return isComplete;
}

async function missingOutputs(app: App, record: RunRecord): Promise<TaskDocument[]> {
  const tasks = record.tasks.filter(hasOutput);
  // Nothing can be kept of a lone task whose output could not be had before.
  if (tasks.length <= 1) return tasks;
  const kept = await app.archive.keptOutputs(record);
  return tasks.filter(({ run_id: taskRunId }) => !kept.has(taskRunId));
}

/** A task that was skipped has never run. */
export function hasOutput({ outcome }: TaskDocument): boolean {
  return outcome !== 'skipped';
}

async function keepOutput(app: App, record: RunRecord, task: TaskDocument, final: boolean): Promise<boolean> {
  const { jobs } = app.workspace(record.request.workspace);
  let output: Record<string, unknown>;
  try {
    output = await jobs.getRunOutput(task.run_id, { budgetMs: 20_000 });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.retryable && !final) return false;
    output = { output_error: outputError(error) };
  }
  const key = { id: record.id, attempt: record.attempt, taskRunId: task.run_id };
  await app.archive.writeOutput(key, outputText(task, output));
  return true;
}

function outputError(
  error: AppError & {
    status?: number | undefined;
    errorCode?: string | undefined;
    databricksMessage?: string | undefined;
  },
) {
  return {
    status: error.status ?? null,
    code: error.errorCode ?? error.code,
    message: error.databricksMessage ?? error.message,
  };
}
