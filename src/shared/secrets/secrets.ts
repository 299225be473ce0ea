import { AppError } from '../errors.ts';

/** A place where secrets are kept by name. */
export interface Secrets {
  /** The secret's current value. @throws {SecretNotFoundError} and {@link SecretsUnavailableError}. */
  get(name: string): Promise<string>;
  /** Forgets a value that was refused where it was used, so that the next `get` reads a fresh one. */
  drop(name: string, refused: string): void;
}

/**
 * There is no secret of that name. Names of secrets, and whatever a vault says, are for the log alone: they are in
 * fields and causes, and never in a message, which may come before callers.
 */
export class SecretNotFoundError extends AppError {
  override readonly name = 'SecretNotFoundError';
  readonly secretName: string;
  readonly place: 'settings' | 'vault';
  constructor(secretName: string, place: 'settings' | 'vault') {
    super(`A secret that the settings name is not in the ${place}.`, {
      code: 'SECRET_NOT_FOUND',
      retryable: false,
    });
    this.secretName = secretName;
    this.place = place;
  }
}

/** The place where secrets are kept does not respond, or does not let the app in for now. */
export class SecretsUnavailableError extends AppError {
  override readonly name = 'SecretsUnavailableError';
  readonly secretName: string | undefined;
  constructor({ secretName, cause }: { secretName?: string; cause?: unknown } = {}) {
    super('The vault does not give its secrets now.', { code: 'SECRETS_UNAVAILABLE', retryable: true, cause });
    this.secretName = secretName;
  }
}
