/** Works on keys, one run a key at a time, at most `limit` in all; a key added while it runs is run again. */
export class KeyedQueue {
  readonly #ready = new Set<string>();
  readonly #busy = new Set<string>();
  readonly #limit: number;
  readonly #work: (key: string) => Promise<void>;
  readonly #onIdleSlot: () => void;

  constructor(limit: number, work: (key: string) => Promise<void>, onIdleSlot: () => void) {
    this.#limit = limit;
    this.#work = work;
    this.#onIdleSlot = onIdleSlot;
  }

  get running(): number {
    return this.#busy.size;
  }

  add(key: string): void {
    this.#ready.add(key);
  }

  /** Starts what can be started. `work` handles its own errors. */
  pump(): void {
    for (const key of this.#ready) {
      if (this.#busy.size >= this.#limit) return;
      if (this.#busy.has(key)) continue;
      this.#ready.delete(key);
      this.#busy.add(key);
      void this.#work(key).finally(() => {
        this.#busy.delete(key);
        this.#onIdleSlot();
      });
    }
  }
}
