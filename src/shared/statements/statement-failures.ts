import type { Failure } from '../domain/failure.ts';
import type { AppError } from '../errors.ts';
import { errorClassOf, errorWords, sqlStateIn } from '../sql/error-words.ts';
import type { ExecutedStatement } from '../databricks/statement-execution-api.ts';

/** The failure that an error makes of a statement. */
export function failureOf(failureClass: Failure['class'], { code, message, retryable }: AppError): Failure {
  return { class: failureClass, code, message, retryable };
}

/** What Databricks says of a statement that failed. */
export function statementFailure({ error, sql_state }: ExecutedStatement['status']): Failure & { sqlstate?: string } {
  const message = errorWords(error?.message ?? '') || 'The statement failed.';
  const sqlstate = sql_state ?? sqlStateIn(error?.message ?? '');
  const code = errorClassOf(message) ?? error?.error_code ?? 'STATEMENT_FAILED';
  return { class: 'user_code', code, message, retryable: false, ...(sqlstate === undefined ? {} : { sqlstate }) };
}

/** The failure of a statement that was canceled. */
export function canceled(): Failure {
  return { class: 'canceled', code: 'CANCELED', message: 'The statement was cancelled.', retryable: false };
}

/** The failure of a statement that ran longer than it may. */
export function timedOut(): Failure {
  return {
    class: 'timeout',
    code: 'DEADLINE_EXCEEDED',
    message: 'The deadline passed; the statement was cancelled.',
    retryable: false,
  };
}

/** The failure of a statement of which it is unknown whether Databricks has it. */
export function lostSubmission(): Failure {
  const message =
    'Whether Databricks got the statement is not known. It may change something, so it is not sent again.';
  return { class: 'platform', code: 'SUBMISSION_UNKNOWN', message, retryable: false };
}

/** The failure of a statement whose text is gone. */
export function lostText(): Failure {
  return { class: 'platform', code: 'STATEMENT_GONE', message: 'The text of the statement is gone.', retryable: false };
}

/** The failure of a statement whose result Databricks no longer has. */
export function lostResult(state: string): Failure {
  return { class: 'platform', code: state, message: 'Databricks no longer has the result.', retryable: true };
}

/** The failure of a statement whose rows could not be fetched. */
export function refusedRows(status: number): Failure {
  const message = `Azure Storage refused the rows with ${status}.`;
  return { class: 'platform', code: 'STORAGE_REFUSED', message, retryable: false };
}

/** The failure of a statement for which Databricks or the storage was out of reach for too long. */
export function unreachable(): Failure {
  const message = 'Databricks or the storage could not be reached for too long.';
  return { class: 'platform', code: 'UNREACHABLE', message, retryable: true };
}
