import type { AppContext } from '../../context.ts';
import { parseJson } from '../../json.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';

/**
 * What a run runs, for people: the path of its notebook, its job, or its own name. The body is read only where it lies
 * with the run's claim, so that this is one small read.
 */
export async function workOf(context: AppContext, { record }: StoredRun): Promise<string> {
  const { target, template, runName } = record.request;
  if (template !== undefined) return `template ${template}`;
  if (target.kind === 'run_now') return 'id' in target.job ? `job ${target.job.id}` : `job ${target.job.name}`;
  const body = await context.ledger.body(record.id);
  const path = body === null ? undefined : notebookPath(parseJson(body));
  return path ?? record.runName ?? runName ?? record.id;
}

/** The path of the only notebook, or of the first of several. */
function notebookPath(body: unknown): string | undefined {
  const { notebook_task: single, tasks } = (body ?? {}) as { notebook_task?: unknown; tasks?: unknown };
  const all = [{ notebook_task: single }, ...(Array.isArray(tasks) ? (tasks as unknown[]) : [])];
  const paths = all.flatMap((task) => {
    const path = (task as { notebook_task?: { notebook_path?: unknown } } | null)?.notebook_task?.notebook_path;
    return typeof path === 'string' ? [path] : [];
  });
  return paths.length > 1 ? `${paths[0]} and ${paths.length - 1} more` : paths[0];
}
