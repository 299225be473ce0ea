import { ConfigError } from '../config/config-error.ts';
import { AppError } from '../errors.ts';
import { SqlError, StatementFailedError } from '../sql/sql-error.ts';
import { type ProblemCode, STATUS_OF_CODE } from './error-table.ts';
import { ProblemError, type ProblemExtras } from './problem.ts';

const OUTAGE = 'A part that this takes does not respond: try again later.';

/**
 * The errors of the inner parts that callers get to know, by their codes; with the text that stands in the place of
 * their own, which may quote a vault, a network or a login. Those without one are worded for callers themselves.
 */
const TEXT_OF_CODE = {
  CLIENT_GONE: undefined,
  RUN_NOT_FOUND: undefined,
  IDEMPOTENCY_CONFLICT: undefined,
  NOT_REPAIRABLE: undefined,
  RUN_ACTIVE: undefined,
  UNKNOWN_TASK: undefined,
  QUEUE_FULL: undefined,
  STATEMENT_CONFLICT: undefined,
  STORAGE_UNAVAILABLE: 'Azure Storage does not respond: try again later.',
  ENGINE_UNAVAILABLE: 'Durable Functions does not respond: try again later.',
  DATABRICKS_PERMISSION: 'Databricks does not let the gateway in.',
  DATABRICKS_PROTOCOL: 'Databricks gave a response that makes no sense.',
  DATABRICKS_UNAVAILABLE: OUTAGE,
  DATABRICKS_RATE_LIMITED: OUTAGE,
  KEY_NAMES_UNAVAILABLE: 'The Functions host does not say whose key this is: try again, or use a host key of the app.',
  SIGNING_KEYS_UNAVAILABLE: 'The keys that tokens are signed with cannot be read now: try again later.',
  SECRETS_UNAVAILABLE: 'The secrets that this takes cannot be read now: try again later.',
  SECRET_NOT_FOUND: 'A secret that this takes is not where the settings of the gateway say.',
} as const satisfies Partial<Record<ProblemCode, string | undefined>>;

type KnownCode = keyof typeof TEXT_OF_CODE;

/** A 503 always says when to come again. */
const SERVICE_UNAVAILABLE = 503;
const RETRY_AFTER_MS = 10_000;
const RETRY_AFTER_CONFIGURATION_MS = 60_000;

/**
 * What is returned for an error, whatever it is: a ProblemError as it says, the errors of a statement by their codes,
 * settings that cannot be used and outages of what the gateway stands on as 503, anything else as 500. Only words that
 * were written for callers are passed on.
 */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof SqlError) return new ProblemError(error.code, error.message, extrasOf(error));
  if (error instanceof ConfigError) {
    const detail = 'The settings of the gateway cannot be used: GET /api/health names them.';
    return new ProblemError('CONFIGURATION_INVALID', detail, { retryAfterMs: RETRY_AFTER_CONFIGURATION_MS });
  }
  if (error instanceof AppError) {
    const { code, retryable, message, retryAfterMs = RETRY_AFTER_MS } = error;
    if (isKnown(code)) {
      const isLater = retryable || STATUS_OF_CODE[code] === SERVICE_UNAVAILABLE;
      return new ProblemError(code, TEXT_OF_CODE[code] ?? message, isLater ? { retryAfterMs } : {});
    }
    if (retryable) return new ProblemError('DEPENDENCY_UNAVAILABLE', OUTAGE, { retryAfterMs });
  }
  return new ProblemError(
    'INTERNAL_ERROR',
    'The gateway failed to respond. The request id finds the cause in its log.',
  );
}

function isKnown(code: string): code is KnownCode {
  return Object.hasOwn(TEXT_OF_CODE, code);
}

function extrasOf(error: SqlError): ProblemExtras {
  const { message, retryAfterMs } = error;
  if (!(error instanceof StatementFailedError)) return { retryAfterMs };
  const { sqlState: sqlstate, errorClass, cause } = error;
  if (cause === undefined) return { retryAfterMs, sqlstate };
  return {
    retryAfterMs,
    sqlstate,
    databricks: { ...(errorClass === undefined ? {} : { error_code: errorClass }), message },
  };
}
