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

/** Of one workspace: a slow one must leave places to the others. */
const READS_OF_WORKSPACE = 4;
const turnstiles = new Map<string, typeof turnstile>();

/** A step that takes long keeps others from running; what is left is for the next. */
const MAX_MS = 60_000;

/** An output of 10 MB takes a while; one that takes longer than this will at the next try, or is noted as missing. */
const CALL = { budgetMs: 10_000, timeoutMs: 30_000 };

/**
 * What came of reading outputs: all are kept, some were kept and the time is over, or something cannot be read now.
 */
type Kept = 'all' | 'some' | 'unavailable';

/**
 * Reads the output of each task by its own run id and keeps it in the archive, or why it cannot be had; what is kept of
 * this attempt already is not read again. A task that never ran has none. At the `final` try nothing is unavailable.
 * @throws StorageUnavailableError
 */
export async function keepOutputs(app: App, record: RunRecord, final: boolean): Promise<Kept> {
  const untilMs = app.now() + MAX_MS;
  const missing = await missingOutputs(app, record);
  const left = missing.values();
  const ofWorkspace = turnstileOf(record.request.workspace);
  let kept = 0;
  let failed = 0;
  const keepOn = async (): Promise<void> => {
    while (app.now() < untilMs) {
      const { value: task, done } = left.next();
      if (done === true) return;
      if (await ofWorkspace(() => turnstile(() => keepOutput(app, record, task, final)))) kept++;
      else failed++;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: PARALLEL_READS }, keepOn));
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  if (kept === missing.length) return 'all';
  return failed === 0 && kept > 0 ? 'some' : 'unavailable';
}

function turnstileOf(workspace: string): typeof turnstile {
  const known = turnstiles.get(workspace);
  if (known !== undefined) return known;
  const made = createTurnstile(READS_OF_WORKSPACE);
  turnstiles.set(workspace, made);
  return made;
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
  let output: Record<string, unknown>;
  try {
    output = await app.workspace(record.request.workspace).jobs.getRunOutput(task.run_id, CALL);
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
