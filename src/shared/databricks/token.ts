import { abortable } from './abortable.ts';

export interface AccessToken {
  token: string;
  /** `Infinity` for a token that tells nothing of its end. */
  expiresAtMs: number;
}

/** Gives the token that proves to one workspace who the gateway is. */
export interface TokenProvider {
  /** A token with time left. Raises what its source raises, and the signal's reason. */
  getToken(options?: { signal?: AbortSignal | undefined }): Promise<AccessToken>;
  /** Forgets a token that was refused, and the secret behind it, so that the next one is fresh. */
  drop(token: string): void;
}

/** Databricks refuses Entra tokens in their last 30 s; requests that are under way need some time too. */
const REFRESH_EARLY_MS = 120_000;
const MIN_LEFT_MS = 40_000;

/** Keeps a token until shortly before its end. Concurrent callers share one fetch; a failed one is not kept. */
export function cachedTokens(options: { fetch: () => Promise<AccessToken>; now: () => number }): TokenProvider {
  const { fetch, now } = options;
  let cached: (AccessToken & { refreshAtMs: number }) | undefined;
  let running: Promise<AccessToken> | undefined;

  const refresh = async (): Promise<AccessToken> => {
    const before = cached;
    try {
      const token = await fetch();
      const lifetimeMs = token.expiresAtMs - now();
      // A token that never lives long would be fetched for every call if two minutes were held back from it.
      cached = { ...token, refreshAtMs: token.expiresAtMs - Math.min(REFRESH_EARLY_MS, lifetimeMs / 2) };
      return token;
    } catch (error) {
      const isUsable = before !== undefined && before === cached && before.expiresAtMs - now() > MIN_LEFT_MS;
      if (isUsable) return before;
      throw error;
    }
  };

  return {
    getToken({ signal } = {}) {
      if (cached !== undefined && now() < cached.refreshAtMs) return Promise.resolve(cached);
      if (running === undefined) {
        const started = refresh().finally(() => {
          if (running === started) running = undefined;
        });
        // Whoever asked may have left by the time it fails.
        started.catch(() => {});
        running = started;
      }
      return abortable(running, signal);
    },
    drop(token) {
      if (cached?.token === token) cached = undefined;
    },
  };
}
