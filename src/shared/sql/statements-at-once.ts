import { allowsOneMore } from '../domain/caller-limits.ts';

/** How many statements of each caller this process executes now; those of another process do not count here. */
export class StatementsAtOnce {
  readonly #running = new Map<string, number>();

  /**
   * Counts a statement of a caller until the function that it returns is called, once or more often. Undefined, and
   * nothing is counted, where as many as `limit` are executed already; null where that is not limited.
   */
  begin(caller: string, limit: number | null): (() => void) | undefined {
    const running = this.#running.get(caller) ?? 0;
    if (!allowsOneMore(limit, running)) return undefined;
    this.#running.set(caller, running + 1);
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      const left = (this.#running.get(caller) ?? 1) - 1;
      if (left > 0) this.#running.set(caller, left);
      else this.#running.delete(caller);
    };
  }
}
