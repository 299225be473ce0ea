import { UnknownWorkspaceError } from '../../config/unknown-workspace-error.ts';
import { DatabricksNotFoundError } from '../../databricks/errors.ts';
import type { SqlStatementActivities } from '../../workflow/sql-statement-activities.ts';
import type { ExecutedStatement } from '../../databricks/statement-execution-api.ts';
import {
  endDue,
  endStatement,
  isGivenUp,
  type StatementEnd,
  type StatementStepDependencies,
} from '../statement-end.ts';
import { canceled, failureOf, lostResult, statementFailure, unreachable } from '../statement-failures.ts';
import type { StatementRecord } from '../record/statement-record.ts';

type Step = SqlStatementActivities['follow-sql-statement'];

const ACTIVE: ReadonlySet<string> = new Set(['PENDING', 'RUNNING']);

/**
 * Reads how the statement stands, and cancels it once its deadline has passed; repeats a cancellation until it has
 * worked. No failure to read decides an outcome, until an hour after the deadline.
 * @throws {StorageUnavailableError}
 */
export async function followStatement(
  { id, statementId }: Step['input'],
  deps: StatementStepDependencies,
): Promise<Step['output']> {
  const record = await deps.store.update(id, (found) => {
    const changes = { ...noteStatementId(found, statementId, deps.now()), ...cancelOverdue(found, deps.now()) };
    return Object.keys(changes).length === 0 ? undefined : changes;
  });
  if (record === undefined || record.status === 'completed') return { next: 'done' };
  try {
    const api = deps.api(record);
    if (record.cancelRequestedAtMs !== null) await api.cancel(statementId).catch(() => undefined);
    return await judge(record, await api.get(statementId), deps);
  } catch (error) {
    if (error instanceof UnknownWorkspaceError) {
      return endStatement(deps, id, { outcome: 'lost', failure: failureOf('configuration', error) });
    }
    if (error instanceof DatabricksNotFoundError) {
      return endStatement(deps, id, { outcome: 'lost', failure: failureOf('platform', error) });
    }
    deps.log.warn('statement.follow_failed', { statement: id, error });
    if (!isGivenUp(record, deps.now())) return { next: 'again' };
    return endStatement(deps, id, { outcome: 'lost', failure: unreachable() });
  }
}

/** What is to be written once Databricks' id of a statement is known; an end that was recorded before stays. */
export function noteStatementId(
  found: StatementRecord,
  statementId: string,
  nowMs: number,
): Partial<StatementRecord> | undefined {
  if (found.statementId !== null) return undefined;
  const known = { statementId, submittedAtMs: nowMs };
  return found.status === 'completed' ? known : { ...known, status: 'running' };
}

function cancelOverdue(
  { status, cancelRequestedAtMs, deadlineAtMs }: StatementRecord,
  nowMs: number,
): Partial<StatementRecord> | undefined {
  const isOverdue = status !== 'completed' && cancelRequestedAtMs === null && nowMs > deadlineAtMs;
  return isOverdue ? { cancelRequestedAtMs: nowMs } : undefined;
}

async function judge(
  record: StatementRecord,
  { status }: ExecutedStatement,
  deps: StatementStepDependencies,
): Promise<Step['output']> {
  if (ACTIVE.has(status.state)) return { next: 'follow' };
  if (status.state !== 'SUCCEEDED') return endStatement(deps, record.id, endOf(record, status, deps.now()));
  await deps.store.update(record.id, (found) => (found.status === 'completed' ? undefined : { status: 'exporting' }));
  return { next: 'export' };
}

function endOf(record: StatementRecord, status: ExecutedStatement['status'], nowMs: number): StatementEnd {
  if (status.state === 'FAILED') return { outcome: 'failed', failure: statementFailure(status) };
  if (status.state !== 'CANCELED') return { outcome: 'lost', failure: lostResult(status.state) };
  return endDue(record, nowMs) ?? { outcome: 'canceled', failure: canceled() };
}
