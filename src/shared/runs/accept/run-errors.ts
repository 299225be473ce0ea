import { AppError } from '../../errors.ts';

/** The same idempotency key came with another body before. */
export class IdempotencyConflictError extends AppError {
  override readonly name = 'IdempotencyConflictError';
  constructor() {
    const message = 'This idempotency key came with another body before: use a new key for a new request.';
    super(message, { code: 'IDEMPOTENCY_CONFLICT', retryable: false });
  }
}

/** There is no such run, or no longer. */
export class RunNotFoundError extends AppError {
  override readonly name = 'RunNotFoundError';
  constructor(message: string) {
    super(message, { code: 'RUN_NOT_FOUND', retryable: false });
  }
}

/** As many runs wait for a workspace as may. */
export class QueueFullError extends AppError {
  override readonly name = 'QueueFullError';
  constructor(depth: number, workspace: string) {
    super(`${depth} runs wait for the workspace ${workspace} already: try again later.`, {
      code: 'QUEUE_FULL',
      retryable: true,
      retryAfterMs: 30_000,
    });
  }
}

/** The caller has as much as its limits allow. */
export class CallerLimitError extends AppError {
  override readonly name = 'CallerLimitError';
  /** `limit`: as the policy names it. */
  constructor(limit: 'runs_per_hour' | 'queued' | 'concurrent_sql', retryAfterMs: number) {
    super(`The policy allows this caller no more for now: the limit ${limit} is reached.`, {
      code: 'CALLER_LIMIT_REACHED',
      retryable: true,
      retryAfterMs,
    });
  }
}

/** The run is active, has succeeded or never reached Databricks. */
export class NotRepairableError extends AppError {
  override readonly name = 'NotRepairableError';
  constructor(message: string) {
    super(message, { code: 'NOT_REPAIRABLE', retryable: false });
  }
}

/** There is no end of the run to notify of yet. */
export class RunActiveError extends AppError {
  override readonly name = 'RunActiveError';
  constructor(status: string) {
    super(`The run is ${status}: who is to be notified will be when it has ended.`, {
      code: 'RUN_ACTIVE',
      retryable: false,
    });
  }
}

/** A repair names tasks that the run does not have. */
export class UnknownTaskError extends AppError {
  override readonly name = 'UnknownTaskError';
  constructor(keys: readonly string[]) {
    super(`The run has no task ${keys.join(', ').slice(0, 1_000)}.`, { code: 'UNKNOWN_TASK', retryable: false });
  }
}
