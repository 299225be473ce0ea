import { abortable } from '../async/abortable.ts';

/** A token and its end. */
export interface AccessToken {
  token: string;
  /** `Infinity` for a token that does not say when it ends. */
  expiresAtMs: number;
}

/** Gives the token that proves to one workspace who the gateway is. */
export interface TokenProvider {
  /** A token with time left. @throws what its source throws, and the signal's reason. */
  getToken(options?: { signal?: AbortSignal | undefined }): Promise<AccessToken>;
  /** Forgets a token that was refused, and the secret behind it, so that the next one is fresh. */
  drop(token: string): void;
}

/** Databricks refuses Entra tokens in their last 30 s; requests that are under way need some time too. */
const REFRESH_EARLY_MS = 120_000;
const MIN_LEFT_MS = 40_000;

/** A source that has just failed is left alone for so long: requests meanwhile do not wait for it to fail again. */
export const FAILURE_KEPT_MS = 3_000;

/**
 * Keeps a token until shortly before its end. Concurrent callers share one fetch; while a token still has time left,
 * no request waits for the next one.
 */
export function cachedTokens(options: { fetch: () => Promise<AccessToken>; now: () => number }): TokenProvider {
  const { fetch, now } = options;
  let cached: (AccessToken & { refreshAtMs: number }) | undefined;
  let running: Promise<AccessToken> | undefined;
  let failed: { error: unknown; untilMs: number } | undefined;

  const fetchOne = async (): Promise<AccessToken> => {
    try {
      const token = await fetch();
      const lifetimeMs = token.expiresAtMs - now();
      // A token that never lives long would be fetched for every call if two minutes were held back from it.
      cached = { ...token, refreshAtMs: token.expiresAtMs - Math.min(REFRESH_EARLY_MS, lifetimeMs / 2) };
      failed = undefined;
      return token;
    } catch (error) {
      failed = { error, untilMs: now() + FAILURE_KEPT_MS };
      throw error;
    }
  };

  /** The fetch that is under way, or a new one; a failure that is fresh stands for the next. */
  const refresh = (): Promise<AccessToken> => {
    if (running !== undefined) return running;
    if (failed !== undefined && now() < failed.untilMs) return Promise.reject(failed.error);
    const started = fetchOne().finally(() => {
      if (running === started) running = undefined;
    });
    running = started;
    return started;
  };

  return {
    getToken({ signal } = {}) {
      if (cached !== undefined && now() < cached.refreshAtMs) return Promise.resolve(cached);
      const next = refresh();
      // Whoever asked may have left by the time it fails.
      next.catch(() => {});
      if (cached !== undefined && cached.expiresAtMs - now() > MIN_LEFT_MS) return Promise.resolve(cached);
      return abortable(next, signal);
    },
    drop(token) {
      if (cached?.token === token) cached = undefined;
    },
  };
}
