import type { AppContext } from '../../context.ts';
import { AppError } from '../../errors.ts';
import type { Activities } from '../../workflow/activities.ts';
import { currentRun } from '../record/current-run.ts';
import { runTrace } from '../record/run-spans.ts';

type Step = Activities['cancel-run'];

const CALL = { budgetMs: 5_000, timeoutMs: 10_000 };

/**
 * Cancels the run at Databricks. What is refused or lost is sent again later, until the run has ended. Where many are
 * to be stopped at once, each waits for its time outside: `againMs` says when to come.
 */
export async function cancelRun(context: AppContext, { key, runId }: Step['input']): Promise<Step['output']> {
  const { record } = await currentRun(context, key);
  const { workspace } = record.request;
  const passed = await context.bulkheads.cancels.run(workspace, async () => {
    try {
      await context.workspace(workspace).jobs.cancelRun(runId, { ...CALL, trace: runTrace(record) });
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      context.log.warn('cancellation.refused', { run: key.id, code: error.code });
      return false;
    }
  });
  return passed.kind === 'busy' ? { accepted: false, againMs: passed.againMs } : { accepted: passed.result };
}
