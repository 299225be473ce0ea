import { AppError } from '../../errors.ts';

/** What was accepted cannot be made into a request for Databricks: no later try would help. */
class UnusableRequestError extends AppError {
  override readonly name = 'UnusableRequestError';
  constructor(cause: unknown) {
    const message = 'The gateway cannot make a request for Databricks of what it was asked for.';
    super(message, { code: 'UNUSABLE_REQUEST', retryable: false, cause });
  }
}

/** What `make` returns, which must not wait for anything. @throws {UnusableRequestError} for any failure of it. */
export function makeRequest<Request>(make: () => Request): Request {
  try {
    return make();
  } catch (error) {
    throw new UnusableRequestError(error);
  }
}
