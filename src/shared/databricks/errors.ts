import { AppError } from '../errors.ts';

/** What is known of a call that failed. Texts are Databricks' own, bounded, without the token that was sent. */
export interface DatabricksErrorFacts {
  /** The call by its REST path, as `runs/submit`. */
  operation: string;
  /** The HTTP status, where there was a response. */
  status?: number | undefined;
  errorCode?: string | undefined;
  /**
   * The response has the form of the service's own errors; one of a proxy on the way says nothing of what was asked.
   */
  isGenuine?: boolean | undefined;
  databricksMessage?: string | undefined;
  /** The system's or undici's word for what broke, where there was no response. */
  networkCode?: string | undefined;
  /** Databricks' `x-request-id`, for its support. */
  requestId?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** The base of all errors of calls to a workspace; only its leaves are thrown. */
export abstract class DatabricksError extends AppError {
  readonly operation: string;
  readonly status?: number;
  readonly errorCode?: string;
  readonly databricksMessage?: string;
  readonly networkCode?: string;
  readonly requestId?: string;
  readonly isGenuine: boolean;
  /**
   * An earlier try of this call may have been carried out, whatever this error says of the last one.
   * @default false
   */
  mayHaveArrivedBefore = false;

  constructor(facts: DatabricksErrorFacts, options: { code: string; retryable: boolean }) {
    super(sentence(facts), { ...options, retryAfterMs: facts.retryAfterMs, cause: facts.cause });
    this.operation = facts.operation;
    this.isGenuine = facts.isGenuine === true;
    if (facts.status !== undefined) this.status = facts.status;
    if (facts.errorCode !== undefined) this.errorCode = facts.errorCode;
    if (facts.databricksMessage !== undefined) this.databricksMessage = facts.databricksMessage;
    if (facts.networkCode !== undefined) this.networkCode = facts.networkCode;
    if (facts.requestId !== undefined) this.requestId = facts.requestId;
  }
}

/** Too many requests, runs or creations; `retryAfterMs` says when to come back. */
export class DatabricksRateLimitedError extends DatabricksError {
  override readonly name = 'DatabricksRateLimitedError';
  override readonly retryAfterMs: number;
  constructor(facts: DatabricksErrorFacts & { retryAfterMs: number }) {
    super(facts, { code: 'DATABRICKS_RATE_LIMITED', retryable: true });
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Databricks knows the gateway's identity and refuses it, or does not know it, even with a fresh token. */
export class DatabricksPermissionError extends DatabricksError {
  override readonly name = 'DatabricksPermissionError';
  constructor(facts: DatabricksErrorFacts) {
    super(facts, { code: 'DATABRICKS_PERMISSION', retryable: false });
  }
}

/** Databricks refused the request for good. */
export class DatabricksRejectedError extends DatabricksError {
  override readonly name = 'DatabricksRejectedError';
  constructor(facts: DatabricksErrorFacts) {
    super(facts, { code: 'DATABRICKS_REJECTED', retryable: false });
  }
}

/** Databricks does not know, or no longer knows, what was asked for. */
export class DatabricksNotFoundError extends DatabricksError {
  override readonly name = 'DatabricksNotFoundError';
  constructor(facts: DatabricksErrorFacts) {
    super(facts, { code: 'DATABRICKS_NOT_FOUND', retryable: false });
  }
}

/** Databricks, or the way to it, is down; retries within the budget did not help. */
export class DatabricksUnavailableError extends DatabricksError {
  override readonly name = 'DatabricksUnavailableError';
  constructor(facts: DatabricksErrorFacts) {
    super(facts, { code: 'DATABRICKS_UNAVAILABLE', retryable: true });
  }
}

/** The response is not one that Databricks gives: not JSON, too large, or without what it must have. */
export class DatabricksProtocolError extends DatabricksError {
  override readonly name = 'DatabricksProtocolError';
  constructor(facts: DatabricksErrorFacts, options: { retryable: boolean }) {
    super(facts, { code: 'DATABRICKS_PROTOCOL', ...options });
  }
}

/**
 * The time until which the request was worth sending passed while it waited for a token or its turn: nothing was sent.
 */
export class DatabricksTooLateError extends DatabricksError {
  override readonly name = 'DatabricksTooLateError';
  constructor(facts: DatabricksErrorFacts) {
    super(facts, { code: 'DATABRICKS_TOO_LATE', retryable: true });
  }
}

function sentence({ operation, status, errorCode, databricksMessage, networkCode }: DatabricksErrorFacts): string {
  const detail = databricksMessage === undefined || databricksMessage === '' ? '.' : `: ${databricksMessage}`;
  if (status === undefined)
    return `Databricks did not respond to ${operation} (${networkCode ?? 'no response'})${detail}`;
  const word = errorCode === undefined ? '' : ` ${errorCode}`;
  return `Databricks responded to ${operation} with ${status}${word}${detail}`;
}

/** Whether a failure shows that the workspace does not respond, and not that it refuses. */
export function isOutage(error: unknown): boolean {
  return error instanceof DatabricksUnavailableError || error instanceof DatabricksProtocolError;
}
