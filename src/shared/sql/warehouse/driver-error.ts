import { AppError } from '../../errors.ts';
import { errorClassOf, errorWords, sqlStateIn } from '../error-words.ts';
import {
  SessionLostError,
  type SqlError,
  StatementFailedError,
  WarehouseFailedError,
  WarehouseUnavailableError,
} from '../sql-error.ts';

/** What the driver throws; not all of it is an `Error` (`StatusError` is not). Every member may be absent. */
interface DriverFailure {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  stack?: unknown;
  /** Of `OperationStateError`. */
  errorCode?: unknown;
  /** The last status of the operation (`OperationStateError`), or the HTTP response (`THTTPException`). */
  response?: { sqlState?: unknown; displayMessage?: unknown; errorMessage?: unknown } | undefined;
  statusCode?: unknown;
  /** Of `FetchError`: `system` where the network failed. */
  type?: unknown;
}

/**
 * Error classes whose SQLSTATE is needed where a server names the class only; Databricks' own words name both.
 * @see https://docs.databricks.com/error-messages/error-classes.html
 */
const SQL_STATES: Readonly<Record<string, string>> = {
  PARSE_SYNTAX_ERROR: '42601',
  PARSE_EMPTY_STATEMENT: '42617',
  TABLE_OR_VIEW_NOT_FOUND: '42P01',
  SCHEMA_NOT_FOUND: '42704',
  UNRESOLVED_COLUMN: '42703',
  UNRESOLVED_ROUTINE: '42883',
  UNBOUND_SQL_PARAMETER: '42P02',
  DATATYPE_MISMATCH: '42K09',
  CAST_INVALID_INPUT: '22018',
  DIVIDE_BY_ZERO: '22012',
  ARITHMETIC_OVERFLOW: '22003',
  INSUFFICIENT_PERMISSIONS: '42501',
  PERMISSION_DENIED: '42501',
};

const NETWORK_CODES = /^(ECONN|EHOST|ENET|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|ERR_SOCKET)/;
const LOST_HANDLE =
  /invalid (session|operation) ?handle|session .{0,80}(closed|expired|not found|does not exist)|operation was closed by a client/i;
const RETRIES_EXHAUSTED = /Hive driver: (\d{3}|Error) when connecting/;

/**
 * Turns whatever the driver threw into one of the gateway's SQL errors; errors that are the gateway's already stay as
 * they are.
 */
export function toSqlError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const failure = (typeof error === 'object' && error !== null ? error : { message: error }) as DriverFailure;
  const message = textOf(failure.message);
  if (typeof failure.statusCode === 'number') return ofHttpStatus(failure.statusCode, error);
  // The state decides before the text, which may quote what the caller wrote.
  if (failure.errorCode === 'ERROR') return statementFailed(stateMessage(failure), failure, error);
  if (isLostHandle(message) || failure.errorCode === 'CLOSED') {
    return new SessionLostError('The warehouse no longer knows the session.', error);
  }
  if (failure.name === 'Status Error') return statementFailed(message, failure, error);
  if (failure.errorCode === 'CANCELED' || failure.errorCode === 'TIMEOUT') return ended(failure, error);
  return ofTransport(message, failure, error);
}

function ended(failure: DriverFailure, cause: unknown): SqlError {
  const canceled = failure.errorCode === 'CANCELED';
  return new StatementFailedError(
    canceled ? 'The statement was cancelled at the warehouse.' : 'The statement timed out at the warehouse.',
    {
      code: canceled ? 'STATEMENT_CANCELED' : 'STATEMENT_TIMED_OUT',
      sqlState: 'HY008',
      cause,
    },
  );
}

function ofTransport(message: string, failure: DriverFailure, cause: unknown): SqlError {
  const exhausted = RETRIES_EXHAUSTED.exec(message);
  if (exhausted !== null)
    return exhausted[1] === 'Error' ? unreachable(cause) : ofHttpStatus(Number(exhausted[1]), cause);
  const broke = NETWORK_CODES.test(textOf(failure.code)) || /socket hang up|premature close/i.test(message);
  if (failure.type === 'system' || failure.type === 'request-timeout' || broke) return unreachable(cause);
  if (failure.type === 'max-size') {
    return new WarehouseFailedError('A response of the warehouse is too large: ask for fewer rows or columns.', cause);
  }
  if (/CloudFetch|fetch/i.test(message))
    return new WarehouseFailedError('A part of the result could not be fetched.', cause);
  return new WarehouseFailedError('The warehouse gave a response that makes no sense.', cause);
}

function unreachable(cause: unknown): SqlError {
  return new WarehouseUnavailableError('The warehouse cannot be reached.', cause);
}

function ofHttpStatus(status: number, cause: unknown): SqlError {
  if (status === 429 || status === 503) {
    return new WarehouseUnavailableError(`The warehouse responded with ${status}: it is not ready or too busy.`, cause);
  }
  return new WarehouseFailedError(`The warehouse responded with ${status}.`, cause, status);
}

/**
 * What a server says of a handle that it does not know. An error class makes it a statement's own error, whatever its
 * text.
 */
function isLostHandle(message: string): boolean {
  const head = message.slice(0, 1_000);
  return LOST_HANDLE.test(head) && errorClassOf(head) === undefined;
}

function statementFailed(text: string, failure: DriverFailure, cause: unknown): SqlError {
  const message = errorWords(text);
  const stack = failure.name === 'Status Error' ? textOf(failure.stack) : '';
  const errorClass = errorClassOf(message);
  const given = failure.response?.sqlState;
  const sqlState =
    typeof given === 'string' && /^[0-9A-Z]{5}$/.test(given)
      ? given
      : (sqlStateIn(message) ?? sqlStateIn(text) ?? sqlStateIn(stack) ?? SQL_STATES[errorClass?.split('.')[0] ?? '']);
  return new StatementFailedError(message === '' ? 'The statement failed.' : message, {
    code: 'STATEMENT_FAILED',
    sqlState,
    errorClass,
    cause,
  });
}

function stateMessage({ response, message }: DriverFailure): string {
  return textOf(response?.displayMessage) || textOf(response?.errorMessage) || textOf(message);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
