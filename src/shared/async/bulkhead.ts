/** What became of work at a bulkhead: done, or turned away at once, to come again after `againMs`. */
export type Passed<Result> = { kind: 'done'; result: Result } | TurnedAway;

interface TurnedAway {
  kind: 'busy';
  againMs: number;
}

/** How much a bulkhead lets through. */
export interface BulkheadLimits {
  /** Pieces of work at once for one key. */
  atOnce: number;
  /** Pieces of work at once for all keys together. */
  inAll: number;
  /** Pieces of work at once for one owner, whatever their keys; without it an owner may have them all. */
  forOwner?: number;
  now: () => number;
}

interface Compartment {
  running: number;
  /** How long a piece of work has taken lately. */
  typicalMs: number;
  /** When the next one that is turned away should come, epoch ms. */
  nextAtMs: number;
}

const FIRST_TYPICAL_MS = 100;
const TYPICAL_WEIGHT = 0.2;
const MIN_AGAIN_MS = 1_000;
const MAX_AGAIN_MS = 10 * 60_000;

/** Keys come from outside, as hosts do; the ones that nothing runs for are forgotten. */
const MAX_KEYS = 1_000;

/**
 * Bounds how much work runs at once for a key (a host, a workspace) and in all, so that a slow one cannot take every
 * place of the process. What does not fit is turned away at once in place of waiting: whoever holds one of the
 * process's few places while it waits keeps others from running. Those that are turned away are given times one after
 * the other, at the pace at which work gets done.
 */
export class Bulkhead {
  readonly #limits: BulkheadLimits;
  readonly #compartments = new Map<string, Compartment>();
  /** How much runs for each owner; one for whom nothing runs is not in it. */
  readonly #runningByOwner = new Map<string, number>();
  #runningInAll = 0;

  constructor(limits: BulkheadLimits) {
    this.#limits = limits;
  }

  /** Runs the work, or turns it away. `owner`: who has the work done. Throws what the work throws. */
  async run<Result>(key: string, work: () => Promise<Result>, owner = ''): Promise<Passed<Result>> {
    const { atOnce, inAll, forOwner = inAll, now } = this.#limits;
    const compartment = this.#compartment(key);
    const ofOwner = this.#runningByOwner.get(owner) ?? 0;
    if (compartment.running >= atOnce || this.#runningInAll >= inAll || ofOwner >= forOwner) return this.turnAway(key);
    compartment.running++;
    this.#runningInAll++;
    this.#runningByOwner.set(owner, ofOwner + 1);
    const startedAtMs = now();
    try {
      return { kind: 'done', result: await work() };
    } finally {
      compartment.running--;
      this.#runningInAll--;
      this.#ended(owner);
      compartment.typicalMs += TYPICAL_WEIGHT * (now() - startedAtMs - compartment.typicalMs);
    }
  }

  /** Gives the next time to come again, not before `earliestMs` from now. */
  turnAway(key: string, earliestMs = MIN_AGAIN_MS): TurnedAway {
    const compartment = this.#compartment(key);
    const nowMs = this.#limits.now();
    const atMs = Math.max(compartment.nextAtMs, nowMs + earliestMs);
    compartment.nextAtMs = Math.min(atMs + compartment.typicalMs / this.#limits.atOnce, nowMs + MAX_AGAIN_MS);
    return { kind: 'busy', againMs: Math.ceil(Math.min(atMs - nowMs, MAX_AGAIN_MS)) };
  }

  #compartment(key: string): Compartment {
    const known = this.#compartments.get(key);
    if (known !== undefined) return known;
    if (this.#compartments.size >= MAX_KEYS) this.#forgetIdle();
    const compartment = { running: 0, typicalMs: FIRST_TYPICAL_MS, nextAtMs: 0 };
    this.#compartments.set(key, compartment);
    return compartment;
  }

  #ended(owner: string): void {
    const left = (this.#runningByOwner.get(owner) ?? 0) - 1;
    if (left > 0) this.#runningByOwner.set(owner, left);
    else this.#runningByOwner.delete(owner);
  }

  #forgetIdle(): void {
    for (const [key, { running }] of this.#compartments) if (running === 0) this.#compartments.delete(key);
  }
}
