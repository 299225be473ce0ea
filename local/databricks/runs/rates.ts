import type { Clock } from '../clock.ts';

interface Bucket {
  perSecond: number;
  tokens: number;
  filledAt: number;
}

/** Token buckets by operation, each a second deep. Operations without a rate are not limited. */
export class Rates {
  readonly #buckets = new Map<string, Bucket>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `undefined` lifts the limit. */
  set(operation: string, perSecond: number | undefined): void {
    if (perSecond === undefined) this.#buckets.delete(operation);
    else this.#buckets.set(operation, { perSecond, tokens: Math.max(perSecond, 1), filledAt: this.#clock.now() });
  }

  clear(): void {
    this.#buckets.clear();
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries([...this.#buckets].map(([operation, { perSecond }]) => [operation, perSecond]));
  }

  /** Whether a request of this operation may pass now. */
  take(operation: string): boolean {
    const bucket = this.#buckets.get(operation);
    if (bucket === undefined) return true;
    const now = this.#clock.now();
    const refill = ((now - bucket.filledAt) / 1_000) * bucket.perSecond;
    bucket.tokens = Math.min(Math.max(bucket.perSecond, 1), bucket.tokens + refill);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
