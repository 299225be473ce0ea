import type { TokenCredential } from '@azure/identity';
import type { SecretReference } from '../config/setting-reader.ts';
import type { DatabricksAuth } from '../config/workspace-config.ts';
import {
  clientSecretCredential,
  defaultAzureCredential,
  managedIdentityCredential,
} from '../secrets/azure-credential.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { DatabricksPermissionError, DatabricksUnavailableError } from './errors.ts';
import type { OpenDispatcher } from './http-client.ts';
import { requestOAuthToken } from './oauth-m2m.ts';
import { sleep, type Sleep } from '../async/sleep.ts';
import { type AccessToken, cachedTokens, type TokenProvider } from './token.ts';

/**
 * Azure Databricks as a resource of Entra ID, the same in every tenant.
 * @see {@link https://learn.microsoft.com/azure/databricks/dev-tools/service-prin-aad-token}
 */
const SCOPE = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';

/** What tokens are fetched with. */
export interface TokenProviderOptions {
  auth: DatabricksAuth;
  /** The workspace's origin. */
  host: string;
  secrets: SecretStore;
  dispatcher: OpenDispatcher;
  /** Called with each new token before it is used, so that no log ever shows it. */
  onToken: (token: string) => void;
  /** After which an Entra token is no longer waited for. @default 10 s */
  timeoutMs?: number;
  now?: () => number;
  sleep?: Sleep;
  random?: () => number;
}

/** The tokens of one workspace, in the way that its settings say. */
export function createTokenProvider(given: TokenProviderOptions): TokenProvider {
  const options = { now: Date.now, sleep, random: Math.random, timeoutMs: 10_000, ...given };
  const { auth, secrets, now, onToken } = options;
  if (auth.type === 'pat') {
    return {
      getToken: async () => ({ token: await secrets.get(auth.token), expiresAtMs: Number.POSITIVE_INFINITY }),
      drop: (token) => secrets.drop(auth.token, token),
    };
  }
  const fetch = tokenSource(auth, options);
  return cachedTokens({
    now,
    fetch: async () => {
      const token = await fetch();
      onToken(token.token);
      return token;
    },
  });
}

function tokenSource(
  auth: Exclude<DatabricksAuth, { type: 'pat' }>,
  options: Required<TokenProviderOptions>,
): () => Promise<AccessToken> {
  const { secrets, timeoutMs } = options;
  switch (auth.type) {
    case 'oauth-m2m':
      return () =>
        withSecret(secrets, auth.clientSecret, (clientSecret) =>
          requestOAuthToken({ ...options, clientId: auth.clientId, clientSecret }),
        );
    case 'azure-client-secret':
      return () =>
        withSecret(secrets, auth.clientSecret, async (clientSecret) =>
          entraToken(await clientSecretCredential(auth.tenantId, auth.clientId, clientSecret, timeoutMs)),
        );
    case 'azure-msi': {
      const credential = managedIdentityCredential({ ...auth, timeoutMs });
      return async () => entraToken(await credential());
    }
    case 'azure-default': {
      const credential = defaultAzureCredential({ ...auth, timeoutMs });
      return async () => entraToken(await credential());
    }
  }
}

/** A refused secret may have been replaced in the vault since it was read: a fresh one gets one more try. */
async function withSecret(
  secrets: SecretStore,
  reference: SecretReference,
  signIn: (secret: string) => Promise<AccessToken>,
): Promise<AccessToken> {
  const secret = await secrets.get(reference);
  try {
    return await signIn(secret);
  } catch (error) {
    if (!(error instanceof DatabricksPermissionError)) throw error;
    secrets.drop(reference, secret);
    const fresh = await secrets.get(reference);
    if (fresh === secret) throw error;
    return signIn(fresh);
  }
}

async function entraToken(credential: TokenCredential): Promise<AccessToken> {
  try {
    const granted = await credential.getToken(SCOPE);
    if (granted === null) throw new Error('The identity gave no token.');
    return { token: granted.token, expiresAtMs: granted.expiresOnTimestamp };
  } catch (error) {
    throw entraError(error);
  }
}

function entraError(error: unknown): Error {
  const {
    name = 'Error',
    statusCode,
    message = '',
  } = error as { name?: string; statusCode?: number; message?: string };
  const isRefused = name === 'AuthenticationError' && (statusCode === 400 || statusCode === 401);
  const databricksMessage = isRefused
    ? `Microsoft Entra refuses the identity of the gateway${entraCode(message)}.`
    : 'Microsoft Entra gives no token for the identity of the gateway.';
  const facts = { operation: 'sign-in', networkCode: name, isGenuine: isRefused, databricksMessage, cause: error };
  return isRefused ? new DatabricksPermissionError(facts) : new DatabricksUnavailableError(facts);
}

/** The number of an error of Entra; its words hold ids of tenants and applications, and stay in the log. */
function entraCode(message: string): string {
  const code = /\bAADSTS\d{4,9}\b/.exec(message)?.[0];
  return code === undefined ? '' : ` (${code})`;
}
