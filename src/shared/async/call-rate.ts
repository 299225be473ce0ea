import type { Sleep } from './sleep.ts';

const SECOND_MS = 1_000;

/** Lets so many calls begin within a second, wherever that begins. */
export class CallRate {
  readonly #now: () => number;
  readonly #sleep: Sleep;
  /** When the latest calls begin, in their order, epoch ms. */
  #beginsMs: number[] = [];

  constructor({ now, sleep }: { now: () => number; sleep: Sleep }) {
    this.#now = now;
    this.#sleep = sleep;
  }

  /** Waits for the caller's turn, first come, first served. */
  async turn(perSecond: number): Promise<void> {
    const nowMs = this.#now();
    this.#beginsMs = this.#beginsMs.filter((atMs) => atMs > nowMs - SECOND_MS);
    const atMs = Math.max(nowMs, (this.#beginsMs.at(-perSecond) ?? -Infinity) + SECOND_MS, this.#beginsMs.at(-1) ?? 0);
    this.#beginsMs.push(atMs);
    if (atMs > nowMs) await this.#sleep(atMs - nowMs);
  }
}
