import type { App } from '../app.ts';
import { REACHED } from '../domain/reachability.ts';
import type { RunRecord } from '../domain/run-record.ts';
import type { Activities } from '../workflow/steps.ts';
import { amendRun } from './amend-run.ts';
import { currentRun } from './current-run.ts';

type Step = Activities['begin-attempt'];

/**
 * Puts the run back in line for another attempt, which will be another Databricks run. What is known of the last one
 * stays until then: its owner may cancel in between.
 */
export async function beginAttempt(app: App, { key, attempt }: Step['input']): Promise<Step['output']> {
  // At least once: a second execution finds the attempt begun.
  await amendRun(app, await currentRun(app, key), (record) =>
    record.attempt < attempt ? nextAttempt(record, attempt) : undefined,
  );
  return { kind: 'begun' };
}

function nextAttempt(record: RunRecord, attempt: number): RunRecord {
  return {
    ...record,
    ...REACHED,
    status: 'queued',
    attempt,
    ticket: null,
    pushed: false,
    repair: null,
    submittedAtMs: null,
  };
}
