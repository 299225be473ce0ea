import type { KeyVaultClient } from './key-vault-client.ts';
import { SecretsUnavailableError } from './secrets.ts';

const TIMEOUT_MS = 4_000;

/**
 * Asks the vault for a secret that need not exist: any response of its own shows that it is there and lets the app in.
 */
export async function probeKeyVault(client: KeyVaultClient): Promise<void> {
  try {
    const vault = await client();
    await vault.getSecret('gateway-health', { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return;
    throw new SecretsUnavailableError({ cause: error });
  }
}
