/**
 * Notifies those who wait in this process that a run has been written. A process that wrote it elsewhere notifies
 * nobody, so whoever waits still looks now and then.
 */
export class RunChanges {
  readonly #waiting = new Map<string, Set<() => void>>();

  notify(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  /** Resolves when the run is written or the time is over. */
  async next(id: string, timeoutMs: number): Promise<void> {
    const waiters = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiters);
    let timer: NodeJS.Timeout | undefined;
    let wake: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      waiters.add(resolve);
      timer = setTimeout(resolve, timeoutMs);
    });
    clearTimeout(timer);
    if (wake !== undefined) waiters.delete(wake);
    if (waiters.size === 0 && this.#waiting.get(id) === waiters) this.#waiting.delete(id);
  }
}
