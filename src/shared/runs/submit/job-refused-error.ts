import { AppError } from '../../errors.ts';

/** The job that a name was found to mean may not be run by this caller. */
export class JobRefusedError extends AppError {
  override readonly name = 'JobRefusedError';
  constructor(message: string) {
    super(message, { code: 'POLICY_REFUSED', retryable: false });
  }
}
