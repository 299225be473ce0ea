import type { App } from '../app.ts';
import { AppError } from '../errors.ts';
import type { Activities } from '../workflow/steps.ts';
import { currentRun } from './current-run.ts';

type Step = Activities['cancel-run'];

/** Tells Databricks to stop the run. What is refused or lost is said again later, until the run has ended. */
export async function cancelRun(app: App, { key, runId }: Step['input']): Promise<Step['output']> {
  const { record } = await currentRun(app, key);
  try {
    await app.workspace(record.request.workspace).jobs.cancelRun(runId, { budgetMs: 10_000 });
    return { accepted: true };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    app.log.warn('cancel_refused', { run: key.id, code: error.code });
    return { accepted: false };
  }
}
