import { type ErrorBody, parseErrorBody } from './error-body.ts';
import {
  type DatabricksError,
  type DatabricksErrorFacts,
  DatabricksNotFoundError,
  DatabricksPermissionError,
  DatabricksProtocolError,
  DatabricksRateLimitedError,
  DatabricksRejectedError,
  DatabricksUnavailableError,
} from './errors.ts';
import type { HttpResponse } from './http-client.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * Databricks names no delay when the window of creations is full, only its length; it slides, so a minute lets some in
 * again.
 */
const MAX_CREATIONS_RETRY_AFTER_MS = 60_000;
/** The whole beginning of the message: a caller's own text that is quoted in another message does not look like it. */
const CREATIONS_WINDOW = /^There were already \d+ jobs created in past (\d+) seconds, exceeding rate limit\b/;
/** What the official Python SDK waits for a 429 without `Retry-After` (`errors/customizer.py`). */
const DEFAULT_RETRY_AFTER_MS = 1_000;

/**
 * Words for trouble that passes, whatever status they come with: a lock, a conflict with other work, a service that is
 * down. (Names of gRPC's and Databricks' codes, as in databricks-sdk-go `apierr/error_mapping.go`.)
 */
const PASSING_CODES = new Set([
  'COULD_NOT_ACQUIRE_LOCK',
  'ABORTED',
  'RESOURCE_CONFLICT',
  'TEMPORARILY_UNAVAILABLE',
  'WORKSPACE_TEMPORARILY_UNAVAILABLE',
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'CANCELLED',
  'INTERNAL',
  'INTERNAL_ERROR',
  'IO_ERROR',
  'DATA_LOSS',
  'UNKNOWN',
]);

const RATE_LIMIT_CODES = new Set(['REQUEST_LIMIT_EXCEEDED', 'RESOURCE_EXHAUSTED']);
const NOT_FOUND_CODES = new Set(['RESOURCE_DOES_NOT_EXIST', 'NOT_FOUND']);

/**
 * The error that a response other than 2xx stands for. `secret` is taken out of all that the response says;
 * `isGenuine`: the response has the form of the errors of the service that was asked.
 */
export function errorOfResponse(
  operation: string,
  response: HttpResponse,
  { nowMs, secret, isGenuine }: { nowMs: number; secret: string; isGenuine?: boolean },
): DatabricksError {
  const { status, header, text } = response;
  const parsed = parseErrorBody(secret === '' ? text : text.replaceAll(secret, '[redacted]'));
  const body = { ...parsed, isGenuine: isGenuine ?? parsed.isGenuine };
  const facts = {
    operation,
    status,
    errorCode: body.errorCode,
    isGenuine: body.isGenuine,
    databricksMessage: body.message,
    requestId: header('x-request-id'),
    retryAfterMs: retryAfterMs(header('retry-after'), nowMs),
  };
  if (isRateLimit(status, body.errorCode)) {
    return new DatabricksRateLimitedError({ ...facts, retryAfterMs: facts.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS });
  }
  if (isCreationLimit(facts)) {
    const windowMs = Number(CREATIONS_WINDOW.exec(body.message)?.[1]) * 1_000;
    const untilFreeMs = Math.min(Math.max(windowMs, DEFAULT_RETRY_AFTER_MS), MAX_CREATIONS_RETRY_AFTER_MS);
    return new DatabricksRateLimitedError({ ...facts, retryAfterMs: facts.retryAfterMs ?? untilFreeMs });
  }
  if (status === 401 || status === 403) return new DatabricksPermissionError(facts);
  if (isNotFound(operation, status, body.errorCode, body.message)) return new DatabricksNotFoundError(facts);
  if (status >= 500 || isPassing(status, body)) return new DatabricksUnavailableError(facts);
  if (status >= 400) return new DatabricksRejectedError(facts);
  // A redirect: what responds is not a workspace, or wants a person to sign in.
  return new DatabricksProtocolError(facts, { retryable: false });
}

/** @see {@link https://kb.databricks.com/jobs/job-rate-limit} */
export function isCreationLimit({
  errorCode,
  databricksMessage = '',
}: Pick<DatabricksErrorFacts, 'errorCode' | 'databricksMessage'>): boolean {
  return errorCode === 'INVALID_STATE' && CREATIONS_WINDOW.test(databricksMessage);
}

/** Texts never decide it: Databricks quotes what callers wrote. */
function isRateLimit(status: number, errorCode: string | undefined): boolean {
  return status === 429 || RATE_LIMIT_CODES.has(errorCode ?? '');
}

/** Whether another try may fare better, or a proxy on the way has responded, so that nothing is known. */
function isPassing(status: number, { errorCode, isGenuine }: ErrorBody): boolean {
  if (status < 400) return false;
  return status === 408 || status === 409 || status === 425 || PASSING_CODES.has(errorCode ?? '') || !isGenuine;
}

/**
 * An unknown run, job or cluster comes as 400 `INVALID_PARAMETER_VALUE`, which the official SDKs map by its text
 * (`errors/overrides.py`), or as 404. Only Databricks' own words count: a 404 of a proxy says nothing of a run. A
 * submit names many things; none of them missing makes the run itself unknown.
 */
function isNotFound(operation: string, status: number, errorCode: string | undefined, message: string): boolean {
  if (operation === 'runs/submit') return false;
  if (NOT_FOUND_CODES.has(errorCode ?? '')) return true;
  return (status === 400 || status === 404) && /^(Run|Job|Cluster)\b.*\b(does not|doesn't) exist/is.test(message);
}
