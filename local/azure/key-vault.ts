import { sendJson, startEmulator, type EmulatedRequest, type Emulator } from '../emulator/emulator.ts';
import { TENANT_ID } from './managed-identity.ts';
import { SecretStore } from './secret-store.ts';
import { secretsResponse, pathSegments, VaultError } from './secrets-api.ts';
import { createTokenVerifier, type TokenIssuer } from './token-verifier.ts';

const RESOURCE = 'https://vault.azure.net';
const CHALLENGE = `Bearer authorization="https://login.microsoftonline.com/${TENANT_ID}", resource="${RESOURCE}"`;

/** What the vault is started with. */
export interface KeyVaultOptions {
  port?: number;
  tls: { key: string; cert: string };
  /** The control plane's bearer token. */
  token: string;
  identity: TokenIssuer;
  /** Keeps the secrets in this file; without it they are lost at the end. */
  file?: string;
}

/** A running vault. */
export interface KeyVault extends Emulator {
  readonly secrets: SecretStore;
}

/**
 * Starts a Key Vault over https: the secrets API with versions, soft delete and the challenge flow, for
 * `@azure/keyvault-secrets` as it is but for `disableChallengeResourceVerification` (localhost is no vault.azure.net).
 */
export async function startKeyVault(options: KeyVaultOptions): Promise<KeyVault> {
  const secrets = new SecretStore(options.file);
  const verify = createTokenVerifier(options.identity, RESOURCE);

  async function handle(request: EmulatedRequest): Promise<void> {
    if ((await verify(request.headers.authorization)) === undefined) {
      const error = { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.' };
      return sendJson(request.response, 401, { error }, { 'www-authenticate': CHALLENGE });
    }
    try {
      const body = secretsResponse(request, secrets);
      if (body === undefined) request.response.writeHead(204).end();
      else sendJson(request.response, 200, body);
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      const innererror = error.innerCode === undefined ? {} : { innererror: { code: error.innerCode } };
      sendJson(request.response, error.status, { error: { code: error.code, message: error.message, ...innererror } });
    }
  }

  const emulator = await startEmulator({
    ...(options.port === undefined ? {} : { port: options.port }),
    tls: options.tls,
    token: options.token,
    operationOf,
    handle,
    faultResponse: (fault) => ({
      body: { error: { code: fault.error_code ?? 'ServiceUnavailable', message: fault.message ?? 'Try again later.' } },
    }),
  });
  return { ...emulator, secrets };
}

/** `secrets/get`, `secrets/set`, `secrets/list`, …, `deletedsecrets/get`, … */
function operationOf({ method, url }: EmulatedRequest): string {
  const [collection = '', name, rest] = pathSegments(url);
  if (collection !== 'secrets' && collection !== 'deletedsecrets') return '';
  const verbs: Record<string, string> = { PUT: 'set', PATCH: 'update', DELETE: 'delete', POST: rest ?? 'post' };
  if (method !== 'GET') return `${collection}/${verbs[method] ?? method.toLowerCase()}`;
  if (name === undefined) return `${collection}/list`;
  return rest === 'versions' ? `${collection}/versions` : `${collection}/get`;
}
