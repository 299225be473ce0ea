import type { JobsClient } from '../databricks/jobs.ts';
import type { TaskDocument } from '../domain/databricks-run.ts';
import { AppError } from '../errors.ts';
import { parseJson } from '../json.ts';

/** Databricks cannot be read now; later it may. */
export class OutputsUnavailableError extends Error {
  override readonly name = 'OutputsUnavailableError';
}

/** What a task left behind: everything of `runs/get-output` but the metadata, or why it cannot be had. */
export interface TaskOutput {
  task_key: string;
  [output: string]: unknown;
}

/** Outputs are read so many at a time; the client paces them within the documented 20 a second. */
const PARALLEL_READS = 4;

/**
 * Reads the output of each task by its own run id, in the order of the tasks. A task that never ran has none. Raises
 * OutputsUnavailableError where trying later may help, unless this is the `final` try.
 */
export async function collectOutputs(
  jobs: JobsClient,
  tasks: readonly TaskDocument[],
  final: boolean,
): Promise<TaskOutput[]> {
  const outputs: TaskOutput[] = [];
  for (let first = 0; first < tasks.length; first += PARALLEL_READS) {
    const batch = tasks.slice(first, first + PARALLEL_READS);
    outputs.push(...(await Promise.all(batch.map((task) => readOutput(jobs, task, final)))));
  }
  return outputs;
}

async function readOutput(jobs: JobsClient, task: TaskDocument, final: boolean): Promise<TaskOutput> {
  if (task.outcome === 'skipped') return { task_key: task.task_key };
  try {
    const { metadata: _metadata, ...output } = await jobs.getRunOutput(task.run_id, { budgetMs: 20_000 });
    return { task_key: task.task_key, ...output, ...notebookJson(output) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.retryable && !final) throw new OutputsUnavailableError(error.message, { cause: error });
    return { task_key: task.task_key, output_error: outputError(error) };
  }
}

/** `json` is the notebook's exit value parsed, digits kept; absent where it is no JSON. */
function notebookJson(output: { notebook_output?: unknown }): { notebook_output?: unknown } {
  const notebook = output.notebook_output;
  if (typeof notebook !== 'object' || notebook === null || !('result' in notebook)) return {};
  if (typeof notebook.result !== 'string') return {};
  return { notebook_output: { truncated: false, ...notebook, ...parsed(notebook.result) } };
}

function parsed(text: string): { json?: unknown } {
  try {
    return { json: parseJson(text) };
  } catch {
    return {};
  }
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
