import { isEqualInConstantTime } from '../emulator/constant-time.ts';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { ApiError } from './api-error.ts';
import type { OAuthServer } from './oauth-server.ts';

/** The resource id of Azure Databricks, for which Entra tokens are issued. */
const DATABRICKS_RESOURCE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';

/** Azure Databricks refuses Entra tokens with less life left than this. */
const MINIMUM_LIFE_SECONDS = 30;

const NOT_SENT = 'Credential was not sent or was of an unsupported type for this API.';
const INVALID = 'Invalid access token.';

/** Checks an `Authorization` header. */
export interface Authenticator {
  /** @throws ApiError 401 if no credential was sent, 403 if it is not valid; both with the numeric `error_code` of the real service */
  authenticate(authorization: string | undefined): Promise<void>;
  /** The personal access tokens that are valid from now on. */
  setTokens(tokens: readonly string[]): void;
}

/** Which credentials a workspace accepts. */
export interface AuthenticatorOptions {
  /** The personal access token. */
  token: string;
  /** Who issues Entra tokens, if anyone. */
  identity?: { issuer: string; jwksUrl: string } | undefined;
  oauth: OAuthServer;
}

/** Accepts the personal access token, Entra tokens for Databricks, and tokens of the workspace's own OAuth server. */
export function createAuthenticator({ token, identity, oauth }: AuthenticatorOptions): Authenticator {
  const keys = identity === undefined ? undefined : createRemoteJWKSet(new URL(identity.jwksUrl));

  async function isEntraToken(text: string): Promise<boolean> {
    if (identity === undefined || keys === undefined || text.split('.').length !== 3) return false;
    try {
      const { payload } = await jwtVerify(text, keys, {
        issuer: identity.issuer,
        audience: [DATABRICKS_RESOURCE, `${DATABRICKS_RESOURCE}/`],
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
      });
      return (payload.exp ?? 0) > Date.now() / 1_000 + MINIMUM_LIFE_SECONDS;
    } catch {
      return false;
    }
  }

  let tokens: readonly string[] = [token];
  return {
    setTokens(valid) {
      tokens = valid;
    },
    async authenticate(authorization) {
      const [, text] = /^Bearer +(.+)$/i.exec(authorization ?? '') ?? [];
      if (text === undefined)
        throw new ApiError(401, 401, NOT_SENT, {
          'www-authenticate': 'Bearer realm="DatabricksRealm"',
          'x-databricks-reason-phrase': NOT_SENT,
        });
      const isPersonal = tokens.some((valid) => isEqualInConstantTime(text, valid));
      if (isPersonal || oauth.accepts(text) || (await isEntraToken(text))) return;
      throw new ApiError(403, 403, INVALID, { 'x-databricks-reason-phrase': INVALID });
    },
  };
}
