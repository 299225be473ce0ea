import type { AppContext } from '../../context.ts';
import type { TaskDocument } from '../../domain/task-document.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { AppError } from '../../errors.ts';
import { StorageUnavailableError } from '../../storage/storage.ts';
import { keepIterations } from './for-each-iterations.ts';
import { outputText } from './output-text.ts';
import { createSemaphore } from '../../async/semaphore.ts';
import { runTrace } from '../record/run-spans.ts';

/** Outputs of one run are read so many at a time; the client paces them within the documented 20 a second. */
const PARALLEL_READS = 4;

/**
 * Of all runs: an output of 10 MB takes several times that while it is read and written, and memory is the process's.
 */
const semaphore = createSemaphore(6);

/** Of one workspace: a slow one must leave places to the others. */
const READS_OF_WORKSPACE = 4;
const semaphores = new Map<string, typeof semaphore>();

/** A step that takes long keeps others from running; what is left is for the next. */
const MAX_MS = 60_000;

/** An output of 10 MB takes a while; one that takes longer than this will at the next try, or is noted as missing. */
const CALL = { budgetMs: 10_000, timeoutMs: 30_000 };

/** Of each of up to 5,000 iterations. */
const MAX_ITERATION_BYTES = 1024 * 1024;

const TOO_LARGE = {
  status: null,
  code: 'OUTPUT_TOO_LARGE',
  message:
    'Of an iteration up to 1 MiB is kept: read this output at Databricks, or let the iteration write it to a table.',
};

/**
 * What came of reading outputs: all are kept, some were kept and the time is over, or something cannot be read now.
 */
type Kept = 'all' | 'some' | 'unavailable';

/**
 * Reads the output of each task by its own run id and keeps it in the archive, or why it cannot be had; what is kept of
 * this attempt already is not read again. A task that never ran has none. At the `final` try nothing is unavailable.
 * @throws {StorageUnavailableError}
 */
export async function keepOutputs(context: AppContext, record: RunRecord, final: boolean): Promise<Kept> {
  const untilMs = context.now() + MAX_MS;
  const missing = await missingOutputs(context, record, final);
  if (missing === undefined) return 'unavailable';
  const left = missing.values();
  const ofWorkspace = semaphoreOf(record.request.workspace);
  let kept = 0;
  let failed = 0;
  const keepOn = async (): Promise<void> => {
    while (context.now() < untilMs) {
      const { value: task, done } = left.next();
      if (done === true) return;
      if (await ofWorkspace(() => semaphore(() => keepOutput(context, record, task, final)))) kept++;
      else failed++;
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: PARALLEL_READS }, keepOn));
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  if (kept === missing.length) return 'all';
  return failed === 0 && kept > 0 ? 'some' : 'unavailable';
}

function semaphoreOf(workspace: string): typeof semaphore {
  const known = semaphores.get(workspace);
  if (known !== undefined) return known;
  const made = createSemaphore(READS_OF_WORKSPACE);
  semaphores.set(workspace, made);
  return made;
}

/** What is to be read once more at most: an iteration of a for-each task has less to say, as there may be thousands. */
type Wanted = TaskDocument & { maxBytes?: number };

/** Undefined where the iterations of a task cannot be read now. */
async function missingOutputs(context: AppContext, record: RunRecord, final: boolean): Promise<Wanted[] | undefined> {
  const wanted: Wanted[] = record.tasks.filter(hasOutput);
  for (const task of wanted.filter(({ is_for_each: isForEach }) => isForEach)) {
    try {
      for (const iteration of await keepIterations(context, record, task))
        if (hasOutput(iteration)) wanted.push({ ...iteration, maxBytes: MAX_ITERATION_BYTES });
    } catch (error) {
      if (!(error instanceof AppError) || error instanceof StorageUnavailableError) throw error;
      if (error.retryable && !final) return undefined;
      context.log.warn('iterations.not_saved', { run: record.id, task_run: task.run_id, error });
    }
  }
  // Nothing can be kept of a lone task whose output could not be had before.
  if (wanted.length <= 1) return wanted;
  const kept = await context.archive.keptOutputs(record);
  return wanted.filter(({ run_id: taskRunId }) => !kept.has(taskRunId));
}

/** A task that was skipped has never run. */
export function hasOutput({ outcome }: TaskDocument): boolean {
  return outcome !== 'skipped';
}

async function keepOutput(
  context: AppContext,
  record: RunRecord,
  { maxBytes = Infinity, ...task }: Wanted,
  final: boolean,
): Promise<boolean> {
  let output: Record<string, unknown>;
  try {
    output = await context
      .workspace(record.request.workspace)
      .jobs.getRunOutput(task.run_id, { ...CALL, trace: runTrace(record) });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.retryable && !final) return false;
    output = { output_error: outputError(error) };
  }
  const key = { id: record.id, attempt: record.attempt, taskRunId: task.run_id };
  const whole = outputText(task, output);
  const isTooLarge = whole.bytes.length > maxBytes;
  await context.archive.writeOutput(key, isTooLarge ? outputText(task, { output_error: TOO_LARGE }) : whole);
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
