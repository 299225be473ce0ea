import {
  DatabricksError,
  DatabricksNotFoundError,
  DatabricksPermissionError,
  DatabricksRateLimitedError,
  DatabricksRejectedError,
} from '../../databricks/errors.ts';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { canceled, failureOf, lostResult, lostSubmission, timedOut } from './statement-failures.ts';
import type { StatementAnswer, StatementApi } from './statement-api.ts';
import type { StatementOutcome, StatementRecord } from './statement-record.ts';
import type { StatementStore } from './statement-store.ts';

export interface StatementStepDependencies {
  readonly store: StatementStore;
  readonly api: (record: StatementRecord) => StatementApi;
  readonly now: () => number;
  readonly log: Log;
}

/** What a step of `track-sql-statement` tells the orchestration to do. */
export type StatementStep = 'again' | 'follow' | 'export' | 'done';

const ACTIVE: ReadonlySet<string> = new Set(['PENDING', 'RUNNING']);

/**
 * Hands the statement to Databricks, which takes no idempotency key. That it is about to be sent is written down first,
 * and its id before anything is done with it: what had been sent when a process died is never sent again, unless it reads.
 */
export async function submitStatement(id: string, deps: StatementStepDependencies): Promise<StatementStep> {
  const { store, now } = deps;
  let mayHaveBeenSent = false;
  const record = await store.update(id, (found) => {
    mayHaveBeenSent = found.status === 'submitting';
    return found.status === 'queued' && found.cancelRequestedAtMs === null ? { status: 'submitting' } : undefined;
  });
  if (record === undefined || record.status === 'completed') return 'done';
  if (record.statementId !== null) return 'follow';
  if (record.status === 'queued') return complete(deps, id, 'canceled', canceled());
  if (mayHaveBeenSent && !record.isRead) return complete(deps, id, 'lost', lostSubmission());
  try {
    const answer = await deps.api(record).submit(record, tagsOf(record));
    await store.update(id, () => ({ statementId: answer.statement_id, submittedAtMs: now(), status: 'running' }));
    return await judge(record, answer, deps);
  } catch (error) {
    return submissionFailed(record, error, deps);
  }
}

async function submissionFailed(
  record: StatementRecord,
  error: unknown,
  deps: StatementStepDependencies,
): Promise<StatementStep> {
  if (!(error instanceof AppError)) throw error;
  if (error instanceof DatabricksRejectedError || error instanceof DatabricksNotFoundError) {
    return complete(deps, record.id, 'rejected', failureOf('configuration', error));
  }
  if (error instanceof DatabricksPermissionError)
    return complete(deps, record.id, 'rejected', failureOf('permission', error));
  deps.log.warn('sql_statement.submit_failed', { statement: record.id, code: error.code });
  if (record.isRead || wasNotSent(error)) {
    await deps.store.update(record.id, () => ({ status: 'queued' }));
    return 'again';
  }
  // A statement that changes something may have begun to.
  return complete(deps, record.id, 'lost', lostSubmission());
}

const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** No token, no connection or no turn: Databricks has certainly not seen the statement. */
function wasNotSent(error: AppError): boolean {
  if (!(error instanceof DatabricksError) || error instanceof DatabricksRateLimitedError) return true;
  return NOT_CONNECTED.has(error.networkCode ?? '');
}

/** Reads how the statement stands; repeats a cancellation until it has worked. */
export async function followStatement(id: string, deps: StatementStepDependencies): Promise<StatementStep> {
  const record = await overdueCancelled(id, deps);
  if (record === undefined || record.status === 'completed' || record.statementId === null) return 'done';
  try {
    const api = deps.api(record);
    if (record.cancelRequestedAtMs !== null) await api.cancel(record.statementId).catch(() => undefined);
    return await judge(record, await api.get(record.statementId), deps);
  } catch (error) {
    if (error instanceof DatabricksNotFoundError) return complete(deps, id, 'lost', failureOf('platform', error));
    if (!(error instanceof AppError)) throw error;
    deps.log.warn('sql_statement.follow_failed', { statement: id, code: error.code });
    return 'again';
  }
}

async function overdueCancelled(
  id: string,
  { store, now }: StatementStepDependencies,
): Promise<StatementRecord | undefined> {
  return store.update(id, ({ cancelRequestedAtMs, deadlineAtMs }) =>
    cancelRequestedAtMs === null && now() > deadlineAtMs ? { cancelRequestedAtMs: now() } : undefined,
  );
}

async function judge(
  record: StatementRecord,
  answer: StatementAnswer,
  deps: StatementStepDependencies,
): Promise<StatementStep> {
  const { state, error, sql_state } = answer.status;
  if (ACTIVE.has(state)) return 'follow';
  if (state === 'SUCCEEDED') {
    await deps.store.update(record.id, () => ({ status: 'exporting' }));
    return 'export';
  }
  if (state === 'CANCELED') {
    const isLate = deps.now() > record.deadlineAtMs;
    return isLate
      ? complete(deps, record.id, 'timed_out', timedOut())
      : complete(deps, record.id, 'canceled', canceled());
  }
  if (state !== 'FAILED') return complete(deps, record.id, 'lost', lostResult(state));
  const message = (error?.message ?? 'The statement failed.').slice(0, 4_000);
  const sqlstate = sql_state ?? /SQLSTATE[:=]?\s*\(?([0-9A-Z]{5})\b/.exec(message)?.[1];
  const code = /\[([A-Z][A-Z0-9_.]*)\]/.exec(message)?.[1] ?? error?.error_code ?? 'STATEMENT_FAILED';
  return complete(deps, record.id, 'failed', {
    class: 'user_code',
    code,
    message,
    retryable: false,
    ...(sqlstate === undefined ? {} : { sqlstate }),
  });
}

/** Writes the rows to Blob storage; what cannot be had for now is tried again, what is gone ends the statement as lost. */
export async function exportStatement(id: string, deps: StatementStepDependencies): Promise<StatementStep> {
  const { store } = deps;
  const record = await store.find(id);
  if (record === undefined || record.status === 'completed' || record.statementId === null) return 'done';
  const api = deps.api(record);
  try {
    const { manifest } = await api.get(record.statementId);
    if (manifest === undefined || manifest === null) return await complete(deps, id, 'lost', lostResult('CLOSED'));
    const { exportResult } = await import('./export-result.ts');
    const result = await exportResult(record, manifest, { api, store });
    await store.update(id, () => ({ result }));
    return await complete(deps, id, 'succeeded', null);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.log.warn('sql_statement.export_failed', { statement: id, code: error.code });
    if (error.retryable) return 'again';
    return complete(deps, id, 'lost', failureOf('platform', error));
  }
}

/** Ends a statement whose steps have been tried too often. */
export async function abandonStatement(id: string, deps: StatementStepDependencies): Promise<StatementStep> {
  return complete(deps, id, 'lost', {
    class: 'platform',
    code: 'UNREACHABLE',
    message: 'Databricks or the storage could not be reached for too long.',
    retryable: true,
  });
}

async function complete(
  { store, now }: StatementStepDependencies,
  id: string,
  outcome: StatementOutcome,
  failure: StatementRecord['failure'],
): Promise<'done'> {
  await store.update(id, ({ status }) =>
    status === 'completed' ? undefined : { status: 'completed', outcome, failure, completedAtMs: now() },
  );
  return 'done';
}

function tagsOf({ id, submittedBy }: StatementRecord): Record<string, string> {
  return { gateway_caller: `${submittedBy.kind}:${submittedBy.id}`.slice(0, 128), gateway_statement_id: id };
}
