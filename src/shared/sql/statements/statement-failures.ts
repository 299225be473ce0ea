import type { Failure } from '../../domain/failure.ts';
import type { AppError } from '../../errors.ts';

export function failureOf(failureClass: Failure['class'], { code, message, retryable }: AppError): Failure {
  return { class: failureClass, code, message, retryable };
}

export function canceled(): Failure {
  return { class: 'canceled', code: 'CANCELED', message: 'The statement was cancelled.', retryable: false };
}

export function timedOut(): Failure {
  return {
    class: 'timeout',
    code: 'DEADLINE_EXCEEDED',
    message: 'The deadline passed; the statement was cancelled.',
    retryable: false,
  };
}

export function lostSubmission(): Failure {
  const message =
    'Whether Databricks got the statement is not known. It may change something, so it is not sent again.';
  return { class: 'platform', code: 'SUBMISSION_UNKNOWN', message, retryable: false };
}

export function lostResult(state: string): Failure {
  return { class: 'platform', code: state, message: 'Databricks no longer has the result.', retryable: true };
}
