import type { AppContext } from '../../context.ts';
import { isSuccess } from '../../domain/outcome.ts';
import { orchestrationId, type RunRecord } from '../../domain/run-record.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { startAccepted } from './start-tracking.ts';
import { NotRepairableError, UnknownTaskError } from './run-errors.ts';

/** What is to be done to a run: the body for Databricks, and the keys of the tasks that it names, if any. */
export interface RepairRequest {
  text: string;
  rerunTasks: readonly string[];
}

/**
 * Takes a completed, unsuccessful run up again: the next attempt is a repair of the same Databricks run.
 * @throws {NotRepairableError} the run is active, has succeeded or never reached Databricks
 * @throws {UnknownTaskError}
 */
export async function requestRepair(
  context: AppContext,
  orchestrations: RunOrchestrations,
  stored: StoredRun,
  { text, rerunTasks }: RepairRequest,
): Promise<StoredRun> {
  const { record } = stored;
  if (record.status !== 'completed') refuse(`The run is ${record.status}: only a completed run can be repaired.`);
  if (record.outcome !== null && isSuccess(record.outcome))
    refuse('The run has succeeded: there is nothing to repair.');
  if (record.runId === null) refuse('The run never reached Databricks: submit it again.');
  refuseUnknownTasks(record, rerunTasks);
  if (stored.cancelRequestedAtMs !== null) await context.ledger.clearCancel(record);
  const current = await context.ledger.get(record);
  const isAsRead = current?.record.status === 'completed' && current.record.attempt === record.attempt;
  if (!isAsRead) refuse('Somebody else is repairing this run.');
  const attempt = record.attempt + 1;
  const next: RunRecord = {
    // Those who notify may have written since.
    ...current.record,
    instanceId: orchestrationId(record.id, attempt),
    repair: text,
    attemptsBefore: record.attempt,
    status: 'queued',
    outcome: null,
    failure: null,
    attempt,
    successor: undefined,
    submittedAtMs: null,
    sentAtMs: undefined,
    takenAtMs: undefined,
    queuedAtMs: context.now(),
    repairedAtMs: context.now(),
    startedAtMs: null,
    hasNotifications: false,
    completedAtMs: null,
    deadlineAtMs: record.request.deadlineMs === null ? null : context.now() + record.request.deadlineMs,
  };
  if (!(await context.ledger.reopen(next, current.etag))) refuse('Somebody else is repairing this run.');
  context.log.info('repair.requested', { run: record.id, workspace: record.request.workspace, attempt });
  await startAccepted(context, orchestrations, next);
  return { record: next, cancelRequestedAtMs: null, etag: '', writtenAtMs: context.now() };
}

/** Databricks would refuse them, and that would stand in the place of how the run ended. */
function refuseUnknownTasks({ tasks }: RunRecord, asked: readonly string[]): void {
  const known = new Set(tasks.map(({ task_key: key }) => key));
  const unknown = asked.filter((key) => !known.has(key));
  if (known.size > 0 && unknown.length > 0) throw new UnknownTaskError(unknown);
}

function refuse(detail: string): never {
  throw new NotRepairableError(detail);
}
