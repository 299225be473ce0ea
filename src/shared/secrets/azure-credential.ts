import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';

/** Gives a credential when it is first needed: the SDK behind it costs a good part of a cold start. */
export type CredentialSource = () => Promise<TokenCredential>;

/** What a credential is made for. */
export interface CredentialOptions {
  clientId?: string | undefined;
  /** After which a token is no longer waited for. @default 10 s */
  timeoutMs?: number | undefined;
}

/** The identity that the app runs as; `clientId` names a user-assigned one. */
export function defaultAzureCredential(options: CredentialOptions = {}): CredentialSource {
  return once(async () => {
    const { DefaultAzureCredential } = await import('@azure/identity');
    const { clientId, timeoutMs } = options;
    return bounded(
      new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId }),
      timeoutMs,
    );
  });
}

/** The managed identity alone, without the other ways to sign in. */
export function managedIdentityCredential(options: CredentialOptions = {}): CredentialSource {
  return once(async () => {
    const { ManagedIdentityCredential } = await import('@azure/identity');
    const { clientId, timeoutMs } = options;
    return bounded(
      clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId }),
      timeoutMs,
    );
  });
}

/** An Entra application with a secret. A new secret needs a new credential. */
export async function clientSecretCredential(
  tenantId: string,
  clientId: string,
  clientSecret: string,
  timeoutMs?: number,
): Promise<TokenCredential> {
  const { ClientSecretCredential } = await import('@azure/identity');
  return bounded(new ClientSecretCredential(tenantId, clientId, clientSecret), timeoutMs);
}

const TIMEOUT_MS = 10_000;

/** The SDK takes an abort signal and does not heed it everywhere, so an endpoint that never responds is left here. */
function bounded(credential: TokenCredential, timeoutMs = TIMEOUT_MS): TokenCredential {
  return {
    async getToken(scopes, options) {
      const timeout = new AbortController();
      const expired = sleep(timeoutMs, undefined, { signal: timeout.signal, ref: false }).then(() => {
        throw new Error(`The identity gave no token within ${timeoutMs / 1_000} s.`);
      });
      try {
        return await Promise.race([credential.getToken(scopes, options), expired]);
      } finally {
        timeout.abort();
        expired.catch(() => {});
      }
    },
  };
}

/** Makes the value at the first call; a failure is not kept. */
function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
