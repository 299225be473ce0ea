const MAXIMUM_TIMEOUT_MS = 2 ** 31 - 1;

/** One timer for the earliest of many due times. */
export class Alarm {
  #dueMs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  readonly #onDue: () => void;
  readonly #now: () => number;

  constructor(onDue: () => void, now: () => number) {
    this.#onDue = onDue;
    this.#now = now;
  }

  /** Makes sure that `onDue` is called at `dueMs` or soon after. */
  setAt(dueMs: number): void {
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    clearTimeout(this.#timer);
    const delayMs = Math.min(Math.max(0, dueMs - this.#now()), MAXIMUM_TIMEOUT_MS);
    this.#timer = setTimeout(() => {
      this.#dueMs = Number.POSITIVE_INFINITY;
      this.#onDue();
    }, delayMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
