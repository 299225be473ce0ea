import type { App } from '../app.ts';
import { isSuccess } from '../domain/outcome.ts';
import { orchestrationId, type RunRecord } from '../domain/run-record.ts';
import type { StoredRun } from '../ledger/run-ledger.ts';
import type { Orchestrations } from './orchestrations.ts';
import { startAccepted } from './start-tracking.ts';
import { NotRepairableError } from './run-errors.ts';

/**
 * Takes a completed, unsuccessful run up again: the next attempt is a repair of the same Databricks run. Raises
 * NotRepairableError for a run that is active, has succeeded or never reached Databricks.
 */
export async function requestRepair(
  app: App,
  engine: Orchestrations,
  stored: StoredRun,
  repairText: string,
): Promise<StoredRun> {
  const { record } = stored;
  if (record.status !== 'completed') refuse(`The run is ${record.status}: only a completed run can be repaired.`);
  if (record.outcome !== null && isSuccess(record.outcome))
    refuse('The run has succeeded: there is nothing to repair.');
  if (record.runId === null) refuse('The run never reached Databricks: submit it again.');
  const attempt = record.attempt + 1;
  const next: RunRecord = {
    ...record,
    instanceId: orchestrationId(record.id, attempt),
    repair: repairText,
    status: 'queued',
    outcome: null,
    failure: null,
    attempt,
    submittedAtMs: null,
    startedAtMs: null,
    pushed: false,
    completedAtMs: null,
    deadlineAtMs: record.request.deadlineMs === null ? null : app.now() + record.request.deadlineMs,
  };
  if (stored.cancelRequestedAtMs !== null) await app.ledger.clearCancel(record);
  const current = await app.ledger.get(record);
  if (current === undefined || current.record.status !== 'completed') refuse('Somebody else is repairing this run.');
  // Noted before: a sweep must find the run even if this process dies in between.
  await app.reopened.add(record, app.now());
  if (!(await app.ledger.write(next, current.etag))) refuse('Somebody else is repairing this run.');
  await startAccepted(app, engine, next);
  return { record: next, cancelRequestedAtMs: null, etag: '' };
}

function refuse(detail: string): never {
  throw new NotRepairableError(detail);
}
