import { AppError } from '../errors.ts';

/** A place where secrets are kept by name. */
export interface Secrets {
  /** The secret's current value. Raises {@link SecretNotFoundError} and {@link SecretsUnavailableError}. */
  get(name: string): Promise<string>;
  /** Forgets a value that was refused where it was used, so that the next `get` reads a fresh one. */
  drop(name: string, refused: string): void;
}

/** There is no secret of that name. */
export class SecretNotFoundError extends AppError {
  override readonly name = 'SecretNotFoundError';
  constructor(secretName: string, place: string) {
    super(`There is no secret named ${secretName} in ${place}.`, { code: 'SECRET_NOT_FOUND', retryable: false });
  }
}

/** The place where secrets are kept does not answer, or does not let the app in for now. */
export class SecretsUnavailableError extends AppError {
  override readonly name = 'SecretsUnavailableError';
  constructor(message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { code: 'SECRETS_UNAVAILABLE', retryable: true, ...options });
  }
}
