import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { App } from '../app.ts';
import { AppError } from '../errors.ts';
import { stringifyJson } from '../json.ts';
import { problem, ProblemError } from './problem.ts';

export type Handle = (request: HttpRequest, app: App, context: InvocationContext) => Promise<HttpResponseInit>;

/**
 * Wraps a handler so that every failure is answered as a problem document: a ProblemError as it says, an outage of
 * what the gateway stands on as 503, anything else as 500 without its message, which goes to the log whole.
 */
export function httpHandler(openApp: () => App, handle: Handle) {
  return async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const app = openApp();
    try {
      return await handle(request, app, context);
    } catch (error) {
      const told = toProblem(error);
      const { functionName, invocationId } = context;
      if (told.status >= 500) app.log.error('request_failed', { function: functionName, request: invocationId, error });
      return problem(told, invocationId);
    }
  };
}

/** A JSON answer; numbers that JavaScript cannot hold keep their digits. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: stringifyJson(body) };
}

/** What the errors of the inner parts mean to a caller; what is retryable and not listed is an outage. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  RUN_NOT_FOUND: 404,
  IDEMPOTENCY_CONFLICT: 409,
  NOT_REPAIRABLE: 409,
  UNKNOWN_TASK: 422,
  QUEUE_FULL: 429,
};

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof AppError && (error.retryable || Object.hasOwn(STATUS_OF_CODE, error.code))) {
    const extras = error.retryable ? { retryAfterMs: error.retryAfterMs ?? 10_000 } : {};
    return new ProblemError(STATUS_OF_CODE[error.code] ?? 503, error.code, error.message, extras);
  }
  return new ProblemError(
    500,
    'INTERNAL_ERROR',
    'The gateway failed to answer. The request id finds the cause in its log.',
  );
}
