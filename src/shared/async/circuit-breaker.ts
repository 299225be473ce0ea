/** A failure that came at once has kept nothing waiting. */
const SLOW_MS = 1_000;
const FAILURES_TO_OPEN = 3;
const FIRST_OPEN_MS = 10_000;
const LONGEST_OPEN_MS = 2 * 60_000;

/** While one try finds out whether the target responds again, the others are held off for so long. */
const PROBE_MS = 10_000;
const MAX_TARGETS = 1_000;

interface Circuit {
  /** Slow failures in a row. */
  failures: number;
  /** When the last try failed that opened it, or kept it open. */
  openedAtMs: number;
  openUntilMs: number;
}

/**
 * Leaves alone for a while what has failed slowly several times in a row: each try would hold a place for seconds and
 * fail. After the while one try is let through; where it fails, the next while is twice as long.
 */
export class CircuitBreaker {
  readonly #now: () => number;
  readonly #circuits = new Map<string, Circuit>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** 0 where a try may be made now, else how long the target is left alone, in ms. */
  waitMs(target: string): number {
    const circuit = this.#circuits.get(target);
    if (circuit === undefined || circuit.failures < FAILURES_TO_OPEN) return 0;
    const nowMs = this.#now();
    if (nowMs < circuit.openUntilMs) return circuit.openUntilMs - nowMs;
    circuit.openUntilMs = nowMs + PROBE_MS;
    return 0;
  }

  /** Notes how a try ended and how long it took. */
  note(target: string, { isFailure, tookMs }: { isFailure: boolean; tookMs: number }): void {
    if (!isFailure || tookMs < SLOW_MS) {
      this.#circuits.delete(target);
      return;
    }
    const circuit = this.#circuits.get(target) ?? { failures: 0, openedAtMs: 0, openUntilMs: 0 };
    const isOpen = circuit.failures >= FAILURES_TO_OPEN;
    // Those that were under way when it opened say nothing new.
    if (isOpen && this.#now() - tookMs < circuit.openedAtMs) return;
    circuit.failures++;
    circuit.openedAtMs = this.#now();
    const times = Math.max(0, circuit.failures - FAILURES_TO_OPEN);
    circuit.openUntilMs = this.#now() + Math.min(FIRST_OPEN_MS * 2 ** Math.min(times, 10), LONGEST_OPEN_MS);
    // Last used, last forgotten.
    this.#circuits.delete(target);
    this.#circuits.set(target, circuit);
    const [oldest] = this.#circuits.keys();
    if (this.#circuits.size > MAX_TARGETS && oldest !== undefined) this.#circuits.delete(oldest);
  }
}
