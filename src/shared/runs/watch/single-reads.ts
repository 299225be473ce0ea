import type { WatchedRun } from '../../domain/watched-run.ts';
import type { CallRate } from '../../async/call-rate.ts';
import type { DueReading } from './due-reading.ts';
import { readSingleRun } from './read-watched-run.ts';

/** A third of what Databricks allows: others read there too. */
const MAX_PER_SECOND = 30;

/** Most runs that are read by themselves have ended; their outputs are read then, of which Databricks gives 20 a second. */
const MIN_PER_SECOND = 6;

/** Of a burst, which is more than ends at the ceiling of a workspace, more a second are read. */
const BURST_FROM = 30;
const WITHIN_SECONDS = 5;

/** Runs that are read by themselves, one call a run, evenly spaced, while lists are read beside them. */
export class SingleReads {
  readonly #reading: DueReading;
  readonly #rate: CallRate;
  readonly #waiting: WatchedRun[] = [];
  readonly #reads: Promise<void>[] = [];
  #turns: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;

  constructor(reading: DueReading, rate: CallRate) {
    this.#reading = reading;
    this.#rate = rate;
  }

  add(runs: readonly WatchedRun[]): void {
    this.#waiting.push(...runs);
    if (this.#waiting.length > 0) this.#turns ??= this.#readInTurn();
  }

  /** Waits until all have been read, or the reading is over. @throws what the first of them threw, as storage that is away */
  async done(): Promise<void> {
    await this.#turns;
    await Promise.all(this.#reads);
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #readInTurn(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isOver()) {
      await this.#rate.turn(this.#perSecond());
      const run = this.#waiting.shift();
      if (run !== undefined && !this.#isOver()) this.#reads.push(this.#read(run));
    }
    this.#turns = null;
  }

  #perSecond(): number {
    if (this.#reading.isAwaited) return MAX_PER_SECOND;
    const perSecond = Math.ceil((this.#waiting.length - BURST_FROM) / WITHIN_SECONDS);
    return Math.min(Math.max(perSecond, MIN_PER_SECOND), MAX_PER_SECOND);
  }

  #isOver(): boolean {
    return this.#failure !== null || this.#reading.failure !== null || this.#reading.isLate();
  }

  async #read(run: WatchedRun): Promise<void> {
    try {
      await this.#reading.isolated(run, () => readSingleRun(this.#reading, run));
    } catch (error) {
      this.#failure ??= { error };
    }
  }
}
