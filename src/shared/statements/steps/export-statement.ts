import { UnknownWorkspaceError } from '../../config/unknown-workspace-error.ts';
import { AppError } from '../../errors.ts';
import { storageStatus } from '../../storage/storage.ts';
import type { SqlStatementActivities } from '../../workflow/sql-statement-activities.ts';
import { endDue, endStatement, isGivenUp, type StatementStepDependencies } from '../statement-end.ts';
import { failureOf, lostResult, refusedRows, unreachable } from '../statement-failures.ts';
import type { StatementRecord } from '../record/statement-record.ts';

type Step = SqlStatementActivities['export-sql-statement'];

/**
 * Writes the rows to Blob storage; what cannot be had for now is tried again until the deadline or a cancellation
 * (until an hour after the deadline where the statement changed something), what is gone or refused ends the statement
 * as lost.
 * @throws {StorageUnavailableError}
 */
export async function exportStatement({ id }: Step['input'], deps: StatementStepDependencies): Promise<Step['output']> {
  const { store } = deps;
  const record = await store.find(id);
  if (record === undefined || record.status === 'completed' || record.statementId === null) return { next: 'done' };
  try {
    const api = deps.api(record);
    const { manifest } = await api.get(record.statementId);
    if (manifest === undefined || manifest === null) {
      return await endStatement(deps, id, { outcome: 'lost', failure: lostResult('CLOSED') });
    }
    const { exportResult } = await import('../results/export-result.ts');
    const result = await exportResult(record, manifest, { api, files: deps.files(record), store });
    return await endStatement(deps, id, { outcome: 'succeeded', failure: null, result });
  } catch (error) {
    return exportFailed(record, error, deps);
  }
}

async function exportFailed(
  record: StatementRecord,
  error: unknown,
  deps: StatementStepDependencies,
): Promise<Step['output']> {
  deps.log.warn('statement.export_failed', { statement: record.id, error });
  const lost = (failure: StatementRecord['failure']) => endStatement(deps, record.id, { outcome: 'lost', failure });
  if (error instanceof UnknownWorkspaceError) return lost(failureOf('configuration', error));
  if (error instanceof AppError && !error.retryable) return lost(failureOf('platform', error));
  const status = storageStatus(error);
  if (!(error instanceof AppError) && isRefusal(status)) return lost(refusedRows(status));
  const nowMs = deps.now();
  if (isGivenUp(record, nowMs)) return lost(unreachable());
  // What a statement has changed is not undone: such a one was neither canceled nor too late.
  const end = record.isRead ? endDue(record, nowMs) : undefined;
  return end === undefined ? { next: 'again' } : endStatement(deps, record.id, end);
}

/** Rows that the storage will never take; a permission that is missing may yet be given. */
function isRefusal(status: number | undefined): status is number {
  return status !== undefined && status >= 400 && status < 500 && status !== 401 && status !== 403;
}
