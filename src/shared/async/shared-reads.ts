/** Of one key: the first read comes soon, since most waits are short; later ones are further apart. */
const FIRST_READ_MS = 100;
const MAX_READ_MS = 1_000;
const SLOWER_EACH_READ = 1.3;

/** Of all keys together, so that a process stays within its share of what storage takes, however many wait. */
const READS_PER_SECOND = 50;

/** Each waiter holds a connection. Whoever comes beyond them is given what is known, and asks again later. */
const MAX_WAITERS = 1_000;

interface Waiter<Value> {
  isDone: (value: Value) => boolean;
  end: () => void;
  latest: Value;
}

/** What {@link SharedReads} works with. */
export interface SharedReadsOptions<Key, Value> {
  /** Reads the value of a key; undefined where there is none any more. */
  read: (key: Key) => Promise<Value | undefined>;
  /** Resolves after so many milliseconds, or earlier where the key is known to have changed. */
  pause: (key: Key, ms: number) => Promise<void>;
  maxWaiters?: number;
  readsPerSecond?: number;
}

/**
 * Waiting for something that is kept elsewhere to change: however many wait for a key in this process, it is read once
 * for all of them, less often the longer they wait, and less often the more keys are waited for.
 */
export class SharedReads<Key extends { readonly id: string }, Value> {
  readonly #waiters = new Map<string, Set<Waiter<Value>>>();
  readonly #options: SharedReadsOptions<Key, Value>;
  #waiting = 0;

  constructor(options: SharedReadsOptions<Key, Value>) {
    this.#options = options;
  }

  /**
   * Waits until the value is as `isDone` wants it, or so many milliseconds are over; returns the value as it was read
   * last, at first the `known` one. Where too many wait already, returns that at once. A read that fails is made again
   * with the next one, so nothing is thrown.
   */
  async until(key: Key, known: Value, waitMs: number, isDone: (value: Value) => boolean): Promise<Value> {
    if (waitMs <= 0 || isDone(known) || this.#waiting >= (this.#options.maxWaiters ?? MAX_WAITERS)) return known;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter<Value> = { isDone, end: resolve, latest: known };
    const timer = setTimeout(resolve, waitMs);
    this.#waiting++;
    this.#join(key, waiter);
    await promise;
    clearTimeout(timer);
    this.#waiting--;
    this.#leave(key, waiter);
    return waiter.latest;
  }

  #join(key: Key, waiter: Waiter<Value>): void {
    const others = this.#waiters.get(key.id);
    if (others !== undefined) {
      others.add(waiter);
      return;
    }
    const waiters = new Set([waiter]);
    this.#waiters.set(key.id, waiters);
    void this.#readFor(key, waiters);
  }

  #leave(key: Key, waiter: Waiter<Value>): void {
    const waiters = this.#waiters.get(key.id);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiters.delete(key.id);
  }

  /** Reads for these waiters as long as there are any; whoever comes after the last has left begins anew. */
  async #readFor(key: Key, waiters: ReadonlySet<Waiter<Value>>): Promise<void> {
    const { readsPerSecond = READS_PER_SECOND } = this.#options;
    let backOffMs = FIRST_READ_MS;
    for (;;) {
      await this.#options.pause(key, Math.max(backOffMs, (this.#waiters.size * 1_000) / readsPerSecond));
      if (waiters.size === 0) return;
      backOffMs = Math.min(backOffMs * SLOWER_EACH_READ, MAX_READ_MS);
      const value = await this.#options.read(key).catch(() => undefined);
      if (value === undefined) continue;
      for (const waiter of waiters) {
        waiter.latest = value;
        if (waiter.isDone(value)) waiter.end();
      }
    }
  }
}
