/** What has been read lately, by key: those who ask again within the time share one read. */
export class RecentValues<Value> {
  readonly #now: () => number;
  readonly #maxAgeMs: number;
  readonly #maxKeys: number;
  readonly #known = new Map<string, { startedAtMs: number; value: Promise<Value> }>();

  /** Values are kept for `maxAgeMs` and for `maxKeys` keys, the oldest of which goes first. */
  constructor(now: () => number, { maxAgeMs, maxKeys }: { maxAgeMs: number; maxKeys: number }) {
    this.#now = now;
    this.#maxAgeMs = maxAgeMs;
    this.#maxKeys = maxKeys;
  }

  /** The value of a key, read anew where it is too old. @throws what `read` throws, which is not kept */
  get(key: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#known.get(key);
    if (known !== undefined && this.#now() - known.startedAtMs < this.#maxAgeMs) return known.value;
    this.#known.delete(key);
    const entry = { startedAtMs: this.#now(), value: read() };
    this.#known.set(key, entry);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#maxKeys) break;
      this.#known.delete(oldest);
    }
    entry.value.catch(() => {
      if (this.#known.get(key) === entry) this.#known.delete(key);
    });
    return entry.value;
  }
}
