import { randomUUID } from 'node:crypto';
import {
  DatabricksError,
  DatabricksPermissionError,
  DatabricksProtocolError,
  DatabricksRateLimitedError,
} from '../../databricks/errors.ts';
import { NEVER_CONNECTED } from '../../databricks/retry-rules.ts';
import { AppError } from '../../errors.ts';
import type { SqlStatementActivities } from '../../workflow/sql-statement-activities.ts';
import { noteStatementId } from './follow-statement.ts';
import { endDue, endStatement, type StatementStepDependencies } from '../statement-end.ts';
import { canceled, failureOf, lostSubmission, lostText } from '../statement-failures.ts';
import type { StatementRecord } from '../record/statement-record.ts';

type Step = SqlStatementActivities['submit-sql-statement'];

/**
 * Submits the statement to Databricks, which takes no idempotency key. That it is about to be sent is written down
 * first: what may have been sent is never sent again, unless it reads.
 * @throws {StorageUnavailableError} before anything is sent
 */
export async function submitStatement({ id }: Step['input'], deps: StatementStepDependencies): Promise<Step['output']> {
  const { store, now, log } = deps;
  const submission = randomUUID();
  const nowMs = now();
  const text = await store.text(id);
  const record = await store.update(id, (found) =>
    found.status === 'queued' && endDue(found, nowMs) === undefined ? { status: 'submitting', submission } : undefined,
  );
  if (record === undefined || record.status === 'completed') return { next: 'done' };
  if (record.statementId !== null) return { next: 'follow', statementId: record.statementId };
  const end = endDue(record, nowMs);
  if (record.status === 'queued') return endStatement(deps, id, end ?? { outcome: 'canceled', failure: canceled() });
  const mayHaveBeenSent = record.submission !== submission;
  if (mayHaveBeenSent && !record.isRead) return endStatement(deps, id, { outcome: 'lost', failure: lostSubmission() });
  if (end !== undefined) return endStatement(deps, id, end);
  if (text === undefined) return endStatement(deps, id, { outcome: 'lost', failure: lostText() });
  let statementId: string;
  try {
    const request = { ...record, ...text, tags: tagsOf(record) };
    ({ statement_id: statementId } = await deps.api(record).submit(request));
  } catch (error) {
    return submissionFailed(record, error, deps);
  }
  await store
    .update(id, (found) => noteStatementId(found, statementId, now()))
    .catch((error: unknown) => log.warn('statement.id_not_recorded', { statement: id, error }));
  return { next: 'follow', statementId };
}

async function submissionFailed(
  record: StatementRecord,
  error: unknown,
  deps: StatementStepDependencies,
): Promise<Step['output']> {
  deps.log.warn('statement.submit_failed', { statement: record.id, error });
  if (error instanceof AppError && !error.retryable && !(error instanceof DatabricksProtocolError)) {
    const failureClass = error instanceof DatabricksPermissionError ? 'permission' : 'configuration';
    return endStatement(deps, record.id, { outcome: 'rejected', failure: failureOf(failureClass, error) });
  }
  if (!record.isRead && !wasNotSent(error)) {
    // A statement that changes something may have begun to.
    return endStatement(deps, record.id, { outcome: 'lost', failure: lostSubmission() });
  }
  await deps.store.update(record.id, ({ status, submission }) =>
    status === 'submitting' && submission === record.submission ? { status: 'queued' } : undefined,
  );
  return { next: 'again' };
}

/** No token, no connection or no turn: Databricks has certainly not seen the statement. */
function wasNotSent(error: unknown): boolean {
  if (!(error instanceof DatabricksError)) return error instanceof AppError;
  return error instanceof DatabricksRateLimitedError || NEVER_CONNECTED.has(error.networkCode ?? '');
}

function tagsOf({ id, submittedBy }: StatementRecord): Record<string, string> {
  return { gateway_caller: `${submittedBy.kind}:${submittedBy.id}`.slice(0, 128), gateway_statement_id: id };
}
