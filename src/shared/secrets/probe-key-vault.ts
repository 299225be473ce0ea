import { isLoopback } from '../config/service-url.ts';
import type { CredentialSource } from './azure-credential.ts';
import { SecretsUnavailableError } from './secrets.ts';

const TIMEOUT_MS = 4_000;

/** Asks the vault for a secret that need not exist: any answer of its own shows that it is there and lets the app in. */
export async function probeKeyVault(vaultUrl: string, credential: CredentialSource): Promise<void> {
  const { SecretClient } = await import('@azure/keyvault-secrets');
  const client = new SecretClient(vaultUrl, await credential(), {
    disableChallengeResourceVerification: isLoopback(new URL(vaultUrl).hostname),
    retryOptions: { maxRetries: 0 },
  });
  try {
    await client.getSecret('gateway-health', { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return;
    throw new SecretsUnavailableError('The vault does not answer.', { cause: error });
  }
}
