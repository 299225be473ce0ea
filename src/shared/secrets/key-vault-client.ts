import type { SecretClient } from '@azure/keyvault-secrets';
import { isLoopback } from '../config/service-url.ts';
import type { CredentialSource } from './azure-credential.ts';

/** Gives the one client of a vault. */
export type KeyVaultClient = () => Promise<SecretClient>;

const MAX_RETRIES = 2;

/** A client that is made when it is first asked for, with all that it loads. @throws what the credential throws. */
export function keyVaultClient(vaultUrl: string, credential: CredentialSource): KeyVaultClient {
  let client: Promise<SecretClient> | undefined;
  return () => {
    client ??= open(vaultUrl, credential).catch((error: unknown) => {
      client = undefined;
      throw error;
    });
    return client;
  };
}

async function open(vaultUrl: string, credential: CredentialSource): Promise<SecretClient> {
  const { SecretClient } = await import('@azure/keyvault-secrets');
  return new SecretClient(vaultUrl, await credential(), {
    // The challenge of a vault in Azure names its own domain; one on this machine cannot.
    disableChallengeResourceVerification: isLoopback(new URL(vaultUrl).hostname),
    retryOptions: { maxRetries: MAX_RETRIES, retryDelayInMs: 250, maxRetryDelayInMs: 2_000 },
  });
}
