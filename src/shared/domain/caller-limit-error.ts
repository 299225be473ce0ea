import { AppError } from '../errors.ts';

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
