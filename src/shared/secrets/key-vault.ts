import type { Log } from '../telemetry/log.ts';
import type { KeyVaultClient } from './key-vault-client.ts';
import { SecretNotFoundError, SecretsUnavailableError, type Secrets } from './secrets.ts';

/** How long a value is used before the vault is asked again. */
const FRESH_MS = 5 * 60_000;
/** How long a value that was once read is used while the vault does not answer. */
const STALE_MS = 60 * 60_000;
/** How long a vault that did not answer is left alone where there is a value to go on with. */
const LEAVE_ALONE_MS = 30_000;
const TIMEOUT_MS = 10_000;

interface Entry {
  value: string;
  readAtMs: number;
  askAgainAtMs: number;
}

/**
 * Secrets of a Key Vault, read by the app's identity. Values are kept for five minutes, and for an hour while the
 * vault is down; concurrent callers share one read.
 */
export function createKeyVaultSecrets(options: {
  client: KeyVaultClient;
  log: Log;
  now?: () => number;
  /** For one read, with all that it takes. @default 10 s */
  timeoutMs?: number;
}): Secrets {
  const { client, log, now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  const entries = new Map<string, Entry>();
  const reads = new Map<string, Promise<string>>();

  const read = async (name: string): Promise<string> => {
    try {
      const vault = await client();
      const secret = await vault.getSecret(name, { abortSignal: AbortSignal.timeout(timeoutMs) });
      if (secret.value === undefined || secret.value === '') throw new SecretNotFoundError(name, 'vault');
      return secret.value;
    } catch (error) {
      throw errorOf(error, name);
    }
  };

  const refresh = async (name: string): Promise<string> => {
    const known = entries.get(name);
    try {
      const value = await read(name);
      entries.set(name, { value, readAtMs: now(), askAgainAtMs: now() + FRESH_MS });
      return value;
    } catch (error) {
      const isKept = entries.get(name) === known && known !== undefined && now() - known.readAtMs < STALE_MS;
      if (!isKept || !(error instanceof SecretsUnavailableError)) throw error;
      log.warn('secret.stale_value_used', { name, error });
      known.askAgainAtMs = now() + LEAVE_ALONE_MS;
      return known.value;
    }
  };

  return {
    async get(name) {
      const entry = entries.get(name);
      if (entry !== undefined && now() < entry.askAgainAtMs) return entry.value;
      const running = reads.get(name);
      if (running !== undefined) return running;
      const started = refresh(name).finally(() => {
        if (reads.get(name) === started) reads.delete(name);
      });
      reads.set(name, started);
      return started;
    },
    drop(name, refused) {
      if (entries.get(name)?.value !== refused) return;
      entries.delete(name);
      reads.delete(name);
    },
  };
}

function errorOf(error: unknown, name: string): Error {
  if (error instanceof SecretNotFoundError) return error;
  const { statusCode } = error as { statusCode?: number };
  return statusCode === 404
    ? new SecretNotFoundError(name, 'vault')
    : new SecretsUnavailableError({ secretName: name, cause: error });
}
