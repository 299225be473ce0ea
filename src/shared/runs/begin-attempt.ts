import type { App } from '../app.ts';
import { REACHED } from '../domain/reachability.ts';
import type { RunRecord } from '../domain/run-record.ts';
import type { Activities } from '../workflow/activities.ts';
import { updateRun } from './update-run.ts';
import { currentRun } from './current-run.ts';
import { repairAgain } from './repair-again.ts';

type Step = Activities['begin-attempt'];

/**
 * Queues the run again for another attempt, which will be another Databricks run, or another repair where the last
 * attempt was one. What is known of the last one stays until then: its owner may cancel in between.
 */
export async function beginAttempt(app: App, { key, attempt }: Step['input']): Promise<Step['output']> {
  // At least once: a second execution finds the attempt begun.
  await updateRun(app, await currentRun(app, key), (record) =>
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
    repair: record.repair === null ? null : repairAgain(record.repair, record.tasks),
    submittedAtMs: null,
  };
}
