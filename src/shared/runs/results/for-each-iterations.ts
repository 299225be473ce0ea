import type { AppContext } from '../../context.ts';
import { iterationDocuments, type TaskDocument } from '../../domain/task-document.ts';
import type { RunRecord } from '../../domain/run-record.ts';
import { stringifyJson } from '../../json.ts';
import type { OutputKey, RunArchive } from '../../ledger/run-archive.ts';
import { runTrace } from '../record/run-spans.ts';

/** As many as Databricks lets a for-each task have inputs. @see https://docs.databricks.com/aws/en/jobs/for-each */
const MAX_ITERATIONS = 5_000;

const CALL = { budgetMs: 10_000, timeoutMs: 30_000 };

/**
 * The iterations of a for-each task that has ended, read once from all their pages and kept.
 * @throws the leaves of `DatabricksError`, UnknownWorkspaceError and StorageUnavailableError
 */
export async function keepIterations(
  context: AppContext,
  record: RunRecord,
  task: TaskDocument,
): Promise<TaskDocument[]> {
  const key = { id: record.id, attempt: record.attempt, taskRunId: task.run_id };
  const kept = await keptIterations(context.archive, key);
  if (kept !== undefined) return kept;
  const run = await context
    .workspace(record.request.workspace)
    .jobs.getRun(task.run_id, { ...CALL, trace: runTrace(record) });
  const iterations = iterationDocuments(run.iterations.slice(0, MAX_ITERATIONS));
  await context.archive.writeIterations(key, stringifyJson(iterations));
  return iterations;
}

/** The iterations that were kept of a for-each task; undefined where none were. Throws StorageUnavailableError. */
export async function keptIterations(archive: RunArchive, key: OutputKey): Promise<TaskDocument[] | undefined> {
  const text = await archive.readIterations(key);
  return text === undefined ? undefined : (JSON.parse(text) as TaskDocument[]);
}
