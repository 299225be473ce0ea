import type { Passed } from './bulkhead.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

/** Whoever finds no place is not far from one. */
const AGAIN_MS = 1_000;

/**
 * Keeps one of several keys (workspaces) from holding the places that all share while it does not respond: each has a
 * share of them, and one whose work has failed slowly several times in a row is left alone for a while. Where there is
 * one key alone, no other waits for its places, and nothing is turned away.
 */
export class OutageGuard {
  readonly #share: number;
  readonly #breaker: CircuitBreaker;
  readonly #now: () => number;
  readonly #running = new Map<string, number>();

  /** `places`: for pieces of work of all `keys` together; each has two at least. */
  constructor({ places, keys, now }: { places: number; keys: number; now: () => number }) {
    this.#share = keys === 1 ? Infinity : Math.max(2, Math.floor(places / keys));
    this.#breaker = new CircuitBreaker(now);
    this.#now = now;
  }

  /**
   * Runs the work, or turns it away at once. `isOutage` says which failures show that the key does not respond. Throws what
   * the work throws.
   */
  async run<Result>(
    key: string,
    work: () => Promise<Result>,
    isOutage: (error: unknown) => boolean,
  ): Promise<Passed<Result>> {
    const running = this.#running.get(key) ?? 0;
    if (running >= this.#share) return { kind: 'busy', againMs: AGAIN_MS };
    const waitMs = Number.isFinite(this.#share) ? this.#breaker.waitMs(key) : 0;
    if (waitMs > 0) return { kind: 'busy', againMs: waitMs };
    this.#running.set(key, running + 1);
    const startedAtMs = this.#now();
    let isFailure = false;
    try {
      return { kind: 'done', result: await work() };
    } catch (error) {
      isFailure = isOutage(error);
      throw error;
    } finally {
      this.#running.set(key, (this.#running.get(key) ?? 1) - 1);
      this.#breaker.note(key, { isFailure, tookMs: this.#now() - startedAtMs });
    }
  }
}
