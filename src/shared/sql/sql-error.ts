import { AppError, type AppErrorOptions } from '../errors.ts';

/** The base of what may go wrong with a statement; `status` is the HTTP status of the contract's error table. */
export class SqlError extends AppError {
  override name = 'SqlError';
  readonly status: 403 | 422 | 499 | 502 | 503 | 504;

  constructor(status: SqlError['status'], message: string, options: AppErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The gateway's policy does not allow the statement; the message names its class and the rule. */
export class StatementRefusedError extends SqlError {
  override readonly name = 'StatementRefusedError';
  constructor(message: string) {
    super(403, message, { code: 'STATEMENT_NOT_ALLOWED', retryable: false });
  }
}

/** Too many long statements wait to be read; nothing was sent to the warehouse. */
export class GuardBusyError extends SqlError {
  override readonly name = 'GuardBusyError';
  constructor() {
    super(503, 'Too many long statements wait to be read: try again later.', {
      code: 'GUARD_BUSY',
      retryable: true,
      retryAfterMs: 5_000,
    });
  }
}

export interface StatementFailure {
  code: string;
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
    super(422, message, { code, retryable: false, cause });
    this.sqlState = sqlState;
    this.errorClass = errorClass;
  }
}

/** The warehouse cannot be reached or is too busy; trying again later may help. */
export class WarehouseUnavailableError extends SqlError {
  override readonly name = 'WarehouseUnavailableError';
  constructor(message: string, cause?: unknown, retryAfterMs = 5_000) {
    super(503, message, { code: 'WAREHOUSE_UNAVAILABLE', retryable: true, retryAfterMs, cause });
  }
}

/** The warehouse answered what makes no sense, refused the gateway's credentials, or kept failing. */
export class WarehouseFailedError extends SqlError {
  override readonly name = 'WarehouseFailedError';
  /** The HTTP status that the warehouse answered with, where it was one. */
  readonly httpStatus: number | undefined;
  constructor(message: string, cause?: unknown, httpStatus?: number) {
    super(502, message, { code: 'WAREHOUSE_FAILED', retryable: false, cause });
    this.httpStatus = httpStatus;
  }
}

/** The connection was lost while a statement ran that may change something: it may have been carried out. */
export class OutcomeUnknownError extends SqlError {
  override readonly name = 'OutcomeUnknownError';
  constructor(cause?: unknown) {
    super(502, 'The warehouse was lost while the statement ran: whether it was carried out is not known.', {
      code: 'OUTCOME_UNKNOWN',
      retryable: false,
      cause,
    });
  }
}

/** A statement that changes something was carried out, and the rest of its rows cannot be read. */
export class ResultLostError extends SqlError {
  override readonly name = 'ResultLostError';
  constructor(cause?: unknown) {
    super(502, 'The statement was carried out; the rest of its result cannot be read.', {
      code: 'RESULT_LOST',
      retryable: false,
      cause,
    });
  }
}

/** The session or operation is no longer known to the warehouse: restarted, reaped, closed by someone else. */
export class SessionLostError extends SqlError {
  override readonly name = 'SessionLostError';
  constructor(message: string, cause?: unknown) {
    super(502, message, { code: 'SESSION_LOST', retryable: true, cause });
  }
}

/** The deadline passed; the statement is cancelled. */
export class DeadlineExceededError extends SqlError {
  override readonly name = 'DeadlineExceededError';
  constructor(timeoutMs: number) {
    super(504, `The statement did not finish within ${timeoutMs / 1000} s and was cancelled.`, {
      code: 'DEADLINE_EXCEEDED',
      retryable: false,
    });
  }
}

/** The client went away; the statement is cancelled and nobody is there to be told. */
export class ClientGoneError extends SqlError {
  override readonly name = 'ClientGoneError';
  constructor() {
    super(499, 'The client went away.', { code: 'CLIENT_GONE', retryable: false });
  }
}

/** The result cannot be given exactly, and one that looks right and is not is worse than none. */
export class InexactResultError extends SqlError {
  override readonly name = 'InexactResultError';
  constructor(message: string) {
    super(422, message, { code: 'RESULT_NOT_EXACT', retryable: false });
  }
}

/** A limit that the caller did not give was reached: the result would be short without the caller knowing. */
export class ResultTooLargeError extends SqlError {
  override readonly name = 'ResultTooLargeError';
  constructor(limit: string) {
    super(422, `The result is larger than ${limit}; give row_limit or byte_limit to take a part of it.`, {
      code: 'RESULT_TOO_LARGE',
      retryable: false,
    });
  }
}
