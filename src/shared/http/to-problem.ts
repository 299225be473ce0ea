import { ConfigError } from '../config/config-error.ts';
import { AppError } from '../errors.ts';
import { ProblemError } from './problem.ts';

interface Meaning {
  status: number;
  /** What is returned in the place of the error's own words, which may quote a vault, a network or a login. */
  detail?: string;
}

/** What the errors of the inner parts mean to a caller. Those without a `detail` are worded for callers themselves. */
const MEANING_OF_CODE: Readonly<Record<string, Meaning>> = {
  RUN_NOT_FOUND: { status: 404 },
  IDEMPOTENCY_CONFLICT: { status: 409 },
  NOT_REPAIRABLE: { status: 409 },
  UNKNOWN_TASK: { status: 422 },
  QUEUE_FULL: { status: 429 },
  STATEMENT_CONFLICT: { status: 503 },
  STORAGE_UNAVAILABLE: { status: 503, detail: 'Azure Storage does not answer: try again later.' },
  ENGINE_UNAVAILABLE: { status: 503, detail: 'The Durable engine does not answer: try again later.' },
  DATABRICKS_PERMISSION: { status: 502, detail: 'Databricks does not let the gateway in.' },
  DATABRICKS_PROTOCOL: { status: 502, detail: 'Databricks gave an answer that makes no sense.' },
  SECRETS_UNAVAILABLE: { status: 503, detail: 'The secrets that this takes cannot be read now: try again later.' },
};

const OUTAGE: Meaning = { status: 503, detail: 'A part that this takes does not answer: try again later.' };

const RETRY_AFTER_MS = 10_000;
const RETRY_AFTER_CONFIGURATION_MS = 60_000;

/**
 * What is returned for an error, whatever it is: a ProblemError as it says, settings that cannot be used and outages of
 * what the gateway stands on as 503, anything else as 500. Only words that were written for callers are passed on.
 */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof ConfigError) {
    const detail = 'The settings of the gateway cannot be used: GET /api/health names them.';
    return new ProblemError(503, error.code, detail, { retryAfterMs: RETRY_AFTER_CONFIGURATION_MS });
  }
  const meaning = error instanceof AppError ? meaningOf(error) : undefined;
  if (error instanceof AppError && meaning !== undefined) {
    const extras = error.retryable ? { retryAfterMs: error.retryAfterMs ?? RETRY_AFTER_MS } : {};
    return new ProblemError(meaning.status, error.code, meaning.detail ?? error.message, extras);
  }
  return new ProblemError(
    500,
    'INTERNAL_ERROR',
    'The gateway failed to answer. The request id finds the cause in its log.',
  );
}

function meaningOf({ code, retryable }: AppError): Meaning | undefined {
  if (Object.hasOwn(MEANING_OF_CODE, code)) return MEANING_OF_CODE[code];
  return retryable ? OUTAGE : undefined;
}
