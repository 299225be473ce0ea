import type { Log } from '../telemetry/log.ts';
import type { KeyVaultClient } from './key-vault-client.ts';
import { SecretNotFoundError, SecretsUnavailableError, type Secrets } from './secrets.ts';

/** How long a value is used before the vault is asked again. */
const FRESH_MS = 5 * 60_000;
/** How long a value that was once read is used while the vault does not respond. */
const STALE_MS = 60 * 60_000;
/** How long a vault that did not respond is left alone where there is a value to go on with. */
const LEAVE_ALONE_MS = 30_000;
const TIMEOUT_MS = 10_000;

interface Entry {
  value: string;
  readAtMs: number;
  askAgainAtMs: number;
  /** It was refused where it was used: whoever asks next waits for a fresh one. */
  isRefused: boolean;
}

/**
 * Secrets of a Key Vault, read by the app's identity. A value is used for five minutes, then while the next one is
 * read, and for an hour while the vault is down. One that was refused is read again by whoever asks next, who gets an
 * error where that fails. Concurrent callers share one read.
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

  /** Where it fails, what is known stays for those who have not been refused with it. */
  const noteFailure = (name: string, error: unknown): void => {
    const known = entries.get(name);
    if (known === undefined) return;
    if (error instanceof SecretNotFoundError || now() - known.readAtMs >= STALE_MS) entries.delete(name);
    else {
      log.warn('secret.stale_value_used', { name, error });
      known.isRefused = false;
      known.askAgainAtMs = now() + LEAVE_ALONE_MS;
    }
  };

  const refresh = (name: string): Promise<string> => {
    const running = reads.get(name);
    if (running !== undefined) return running;
    const started: Promise<string> = read(name)
      .then(
        (value) => {
          // A read that began before its value was refused may bring that value back.
          if (reads.get(name) === started) entries.set(name, { ...freshTimes(now()), value, isRefused: false });
          return value;
        },
        (error: unknown) => {
          if (reads.get(name) === started) noteFailure(name, error);
          throw error;
        },
      )
      .finally(() => {
        if (reads.get(name) === started) reads.delete(name);
      });
    reads.set(name, started);
    return started;
  };

  return {
    async get(name) {
      const entry = entries.get(name);
      if (entry === undefined || entry.isRefused || now() - entry.readAtMs >= STALE_MS) return refresh(name);
      // No request waits for the next value while there is one; that it did not come is in the log.
      if (now() >= entry.askAgainAtMs) refresh(name).catch(() => undefined);
      return entry.value;
    },
    drop(name, refused) {
      const entry = entries.get(name);
      if (entry?.value !== refused || entry.isRefused) return;
      entry.isRefused = true;
      reads.delete(name);
    },
  };
}

function freshTimes(nowMs: number): { readAtMs: number; askAgainAtMs: number } {
  return { readAtMs: nowMs, askAgainAtMs: nowMs + FRESH_MS };
}

function errorOf(error: unknown, name: string): Error {
  if (error instanceof SecretNotFoundError) return error;
  const { statusCode } = error as { statusCode?: number };
  return statusCode === 404
    ? new SecretNotFoundError(name, 'vault')
    : new SecretsUnavailableError({ secretName: name, cause: error });
}
