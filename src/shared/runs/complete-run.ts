import type { App } from '../app.ts';
import { isSuccess } from '../domain/outcome.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { AppError } from '../errors.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import type { Activities } from '../workflow/activities.ts';
import { isActiveAttempt } from './update-run.ts';
import { currentRun } from './current-run.ts';
import { withoutUnsubmitted } from './earlier-run.ts';
import { runDocument, runLinks } from './run-document.ts';
import { keepOutputs } from './task-outputs.ts';

type Step = Activities['complete-run'];

/**
 * Keeps the outputs of all tasks and what is to be told, and closes the run. A late repetition finds it closed, or taken
 * up again, and leaves it so.
 */
export async function completeRun(app: App, input: Step['input']): Promise<Step['output']> {
  const { key, attempt, end, unsent, final } = input;
  const stored = await currentRun(app, key);
  if (!isActiveAttempt(stored.record, attempt)) return { kind: 'completed' };
  if (unsent === true && stored.record.sentAttempt === attempt) return { kind: 'sent' };
  const record = { ...stored.record, ...withoutUnsubmitted(stored.record) };
  if (record.runId !== null && record.tasks.length > 0) {
    const passed = await app.bulkheads.outputs.run(record.request.workspace, () => keepOutputs(app, record, final));
    if (passed.kind === 'busy') return { kind: 'again', againMs: passed.againMs };
    if (passed.result === 'some') return { kind: 'again', againMs: 0 };
    if (passed.result === 'unavailable') return { kind: 'unavailable' };
  }
  const completedAtMs = record.completedAtMs ?? app.now();
  const { outcome, failure } = end;
  const completed: RunRecord = { ...record, status: 'completed', outcome, failure, ticket: null, completedAtMs };
  await keepEnd(app, { ...stored, record: completed });
  // Somebody wished it to stop just now, or another execution of this activity was faster: the next try will see.
  if (!(await app.ledger.close(completed, stored.etag, app.now()))) return { kind: 'unavailable' };
  app.log.info('run_completed', { run: record.id, outcome, databricks_run: record.runId });
  if (isSuccess(outcome)) await learnDuration(app, record, completedAtMs);
  return { kind: 'completed' };
}

/** The row says nothing of this end any more once the run is under repair, while somebody may still have to be told. */
async function keepEnd(app: App, completed: StoredRun): Promise<void> {
  const { id, attempt, outcome, request, baseUrl } = completed.record;
  if (outcome === null || request.notify?.on.includes(outcome) !== true) return;
  const document = runDocument(
    completed,
    runLinks(app.config.publicUrl ?? app.config.platformUrl ?? baseUrl ?? '', id),
    null,
  );
  await app.archive.writeEnd(id, attempt, JSON.stringify(document));
}

async function learnDuration(app: App, record: RunRecord, completedAtMs: number): Promise<void> {
  if (record.submittedAtMs === null) return;
  const { workspace, workKey } = record.request;
  // A run whose answer was lost was there before its submit succeeded; of a repair, Databricks tells when the run began.
  const startedAtMs = record.repair === null ? (record.startedAtMs ?? Infinity) : Infinity;
  const durationMs = completedAtMs - Math.min(record.submittedAtMs, startedAtMs);
  if (durationMs <= 0) return;
  // Only the pace of later polls hangs on it.
  await app.durations.learn(workspace, workKey, durationMs).catch((error: unknown) => {
    app.log.warn('duration_not_kept', { run: record.id, code: error instanceof AppError ? error.code : 'UNKNOWN' });
  });
}
