import type { App } from '../app.ts';
import type { Activities } from '../workflow/steps.ts';
import { currentRun } from './current-run.ts';

type Step = Activities['begin-attempt'];

/** Puts the run back in line for another attempt, which will be another Databricks run. */
export async function beginAttempt(app: App, { key, attempt }: Step['input']): Promise<Step['output']> {
  const { record } = await currentRun(app, key);
  // At least once: a second execution finds the attempt begun.
  if (record.attempt < attempt) {
    await app.ledger.write({
      ...record,
      status: 'queued',
      attempt,
      ticket: null,
      runId: null,
      repair: null,
      earlierRunIds: record.runId === null ? record.earlierRunIds : [...record.earlierRunIds, record.runId],
      tasks: [],
      submittedAtMs: null,
      startedAtMs: null,
      completedAtMs: null,
    });
  }
  return { kind: 'begun' };
}
