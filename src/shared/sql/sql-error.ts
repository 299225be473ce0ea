import { AppError, type AppErrorOptions } from '../errors.ts';

/** What may go wrong with a statement; `http/error-table.ts` has the status of each. */
export type SqlErrorCode =
  | 'DEADLINE_EXCEEDED'
  | 'GUARD_BUSY'
  | 'MULTIPLE_STATEMENTS'
  | 'NAMESPACE_NOT_SUPPORTED'
  | 'OUTCOME_UNKNOWN'
  | 'PARAMETERS_NOT_SUPPORTED'
  | 'RESULT_LOST'
  | 'RESULT_NOT_EXACT'
  | 'RESULT_TOO_LARGE'
  | 'SESSION_LOST'
  | 'STATEMENT_CANCELED'
  | 'STATEMENT_FAILED'
  | 'STATEMENT_NOT_ALLOWED'
  | 'STATEMENT_TIMED_OUT'
  | 'STATEMENT_UNREADABLE'
  | 'WAREHOUSE_FAILED'
  | 'WAREHOUSE_UNAVAILABLE';

/** The base of what may go wrong with a statement. */
export class SqlError extends AppError {
  override name = 'SqlError';
  declare readonly code: SqlErrorCode;

  constructor(code: SqlErrorCode, message: string, options: Omit<AppErrorOptions, 'code'>) {
    super(message, { ...options, code });
  }
}

/** The gateway's policy does not allow the statement; the message names its class and the rule. */
export class StatementRefusedError extends SqlError {
  override readonly name = 'StatementRefusedError';
  constructor(message: string) {
    super('STATEMENT_NOT_ALLOWED', message, { retryable: false });
  }
}

/** Too many long statements wait to be read; nothing was sent to the warehouse. */
export class GuardBusyError extends SqlError {
  override readonly name = 'GuardBusyError';
  constructor() {
    super('GUARD_BUSY', 'Too many long statements wait to be read: try again later.', {
      retryable: true,
      retryAfterMs: 5_000,
    });
  }
}

/** How Databricks says why a statement failed. */
export interface StatementFailure {
  code: SqlErrorCode;
  /** Five characters of ISO 9075, where Databricks said. */
  sqlState?: string | undefined;
  /** Databricks' error class, such as `TABLE_OR_VIEW_NOT_FOUND`. */
  errorClass?: string | undefined;
  cause?: unknown;
}

/** Databricks rejects the statement, or it failed; or it could never be run, as two statements in one. */
export class StatementFailedError extends SqlError {
  override readonly name = 'StatementFailedError';
  readonly sqlState: string | undefined;
  readonly errorClass: string | undefined;
  constructor(message: string, { code, sqlState, errorClass, cause }: StatementFailure) {
    super(code, message, { retryable: false, cause });
    this.sqlState = sqlState;
    this.errorClass = errorClass;
  }
}

/** The warehouse cannot be reached or is too busy; trying again later may help. */
export class WarehouseUnavailableError extends SqlError {
  override readonly name = 'WarehouseUnavailableError';
  constructor(message: string, cause?: unknown, retryAfterMs = 5_000) {
    super('WAREHOUSE_UNAVAILABLE', message, { retryable: true, retryAfterMs, cause });
  }
}

/** The warehouse gave a response that makes no sense, refused the gateway's credentials, or kept failing. */
export class WarehouseFailedError extends SqlError {
  override readonly name = 'WarehouseFailedError';
  /** The HTTP status that the warehouse responded with, where it was one. */
  readonly httpStatus: number | undefined;
  constructor(message: string, cause?: unknown, httpStatus?: number) {
    super('WAREHOUSE_FAILED', message, { retryable: false, cause });
    this.httpStatus = httpStatus;
  }
}

/** The connection was lost while a statement ran that may change something: it may have been carried out. */
export class OutcomeUnknownError extends SqlError {
  override readonly name = 'OutcomeUnknownError';
  constructor(cause?: unknown) {
    super(
      'OUTCOME_UNKNOWN',
      'The warehouse was lost while the statement ran: whether it was carried out is not known.',
      { retryable: false, cause },
    );
  }
}

/** A statement that changes something was carried out, and the rest of its rows cannot be read. */
export class ResultLostError extends SqlError {
  override readonly name = 'ResultLostError';
  constructor(cause?: unknown) {
    super('RESULT_LOST', 'The statement was carried out; the rest of its result cannot be read.', {
      retryable: false,
      cause,
    });
  }
}

/** The session or operation is no longer known to the warehouse: restarted, reaped, closed by someone else. */
export class SessionLostError extends SqlError {
  override readonly name = 'SessionLostError';
  constructor(message: string, cause?: unknown) {
    super('SESSION_LOST', message, { retryable: true, cause });
  }
}

/** The deadline passed; the statement is cancelled. */
export class DeadlineExceededError extends SqlError {
  override readonly name = 'DeadlineExceededError';
  constructor(timeoutMs: number) {
    super('DEADLINE_EXCEEDED', `The statement did not finish within ${timeoutMs / 1000} s and was cancelled.`, {
      retryable: false,
    });
  }
}

/** The result cannot be given exactly, and one that looks right and is not is worse than none. */
export class InexactResultError extends SqlError {
  override readonly name = 'InexactResultError';
  constructor(message: string) {
    super('RESULT_NOT_EXACT', message, { retryable: false });
  }
}

/** A limit that the caller did not give was reached: the result would be short without the caller knowing. */
export class ResultTooLargeError extends SqlError {
  override readonly name = 'ResultTooLargeError';
  constructor(limit: string) {
    super(
      'RESULT_TOO_LARGE',
      `The result is larger than ${limit}; give row_limit or byte_limit to take a part of it.`,
      { retryable: false },
    );
  }
}
