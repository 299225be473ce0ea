import type { Health } from './health-report.ts';

/** Remembers the last outcome of the checks, so that anonymous callers cannot have everything asked again and again. */
export class RecentHealth {
  readonly #now: () => number;
  #running: Promise<Health> | undefined;
  #last: { health: Health; startedAtMs: number } | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The outcome of a check that began at most `maxAgeMs` ago, or else of `check`, which all who wait for it share. */
  async get(check: () => Promise<Health>, maxAgeMs: number): Promise<Health> {
    if (this.#last !== undefined && this.#now() - this.#last.startedAtMs < maxAgeMs) return this.#last.health;
    this.#running ??= this.#check(check).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #check(check: () => Promise<Health>): Promise<Health> {
    const startedAtMs = this.#now();
    const health = await check();
    this.#last = { health, startedAtMs };
    return health;
  }
}
