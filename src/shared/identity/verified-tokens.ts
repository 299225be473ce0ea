import { createHash } from 'node:crypto';
import type { Caller } from '../domain/caller.ts';

const MAX_TOKENS = 2_000;
/** A token whose key has been taken back is no longer taken after this time. */
const MAX_AGE_MS = 5 * 60_000;

/** Whom tokens that have been verified make the caller. Tokens are known by their hash alone. */
export class VerifiedTokens {
  readonly #callers = new Map<string, { caller: Caller; untilMs: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The caller of a token that was verified less than five minutes ago and has not expired. */
  get(token: string): Caller | undefined {
    const key = hashOf(token);
    const known = this.#callers.get(key);
    if (known === undefined) return undefined;
    if (this.#now() < known.untilMs) return known.caller;
    this.#callers.delete(key);
    return undefined;
  }

  /** Remembers a token; the one known longest is forgotten when there are too many. `expiresAtMs`: epoch ms. */
  set(token: string, caller: Caller, expiresAtMs: number): void {
    const untilMs = Math.min(expiresAtMs, this.#now() + MAX_AGE_MS);
    if (untilMs <= this.#now()) return;
    this.#callers.set(hashOf(token), { caller, untilMs });
    for (const oldest of this.#callers.keys()) {
      if (this.#callers.size <= MAX_TOKENS) break;
      this.#callers.delete(oldest);
    }
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
