import { AppError } from '../errors.ts';

/** Why a bearer token is not accepted, in words for its bearer. They stand in a header between quotes (RFC 6750 §3). */
const REASONS = {
  malformed: 'The token is not a signed JWT that can be read.',
  too_long: 'The token is too long.',
  algorithm: 'The token is not signed with RS256.',
  issuer: 'The token is from no tenant that is let in.',
  audience: 'The token is for another application.',
  expired: 'The token has expired.',
  not_yet_valid: 'The token is not valid yet.',
  unknown_key: 'The token is signed with a key that its tenant does not publish.',
  signature: 'The signature of the token is wrong.',
  claims: 'The token lacks a claim of an Entra access token, or has one that contradicts the others.',
  permissions: 'The token grants neither a scope nor an app role.',
} as const;

/** Why a token is refused. */
export type TokenErrorReason = keyof typeof REASONS;

/** A bearer token that is not accepted. The message quotes nothing of the token. */
export class TokenError extends AppError {
  override readonly name = 'TokenError';
  readonly reason: TokenErrorReason;
  constructor(reason: TokenErrorReason) {
    super(REASONS[reason], { code: 'UNAUTHENTICATED', retryable: false });
    this.reason = reason;
  }
}

/** A tenant's keys cannot be read, so that a token can be neither taken nor refused. */
export class SigningKeysUnavailableError extends AppError {
  override readonly name = 'SigningKeysUnavailableError';
  constructor(tenantId: string, cause?: unknown) {
    super(`The signing keys of tenant ${tenantId} cannot be read.`, {
      code: 'SIGNING_KEYS_UNAVAILABLE',
      retryable: true,
      cause,
    });
  }
}
