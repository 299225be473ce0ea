import { CallRate } from '../async/call-rate.ts';
import type { Sleep } from '../async/sleep.ts';

/** How many of the 20 activities that an instance runs at once may be watchers that stay for long. */
const MAX_LONG = 5;

/** How often calls of the watchers of a workspace begin, those of one activity after the other. */
export interface WatcherRates {
  lists: CallRate;
  gets: CallRate;
}

/** The watchers whose activities run in this process. */
export class LocalWatchers {
  readonly #watchers = new Map<string, LocalWatcher>();
  readonly #rates = new Map<string, WatcherRates>();

  /** One that runs here already for the workspace has been replaced, and ends. */
  begin(workspace: string): LocalWatcher {
    this.#watchers.get(workspace)?.end();
    const others = [...this.#watchers.values()].filter(({ isLong }) => isLong);
    const watcher = new LocalWatcher(others.length < MAX_LONG, () => {
      if (this.#watchers.get(workspace) === watcher) this.#watchers.delete(workspace);
    });
    this.#watchers.set(workspace, watcher);
    return watcher;
  }

  /** The rates of a workspace, which outlast its watchers: the second in which one takes over from another is no fuller. */
  rates(workspace: string, clock: { now: () => number; sleep: Sleep }): WatcherRates {
    const known = this.#rates.get(workspace);
    if (known !== undefined) return known;
    const rates = { lists: new CallRate(clock), gets: new CallRate(clock) };
    this.#rates.set(workspace, rates);
    return rates;
  }

  /** Has the watcher of the workspace read at `dueAtMs`, epoch ms, or before. Returns false where none runs here. */
  wake(workspace: string, dueAtMs: number): boolean {
    const watcher = this.#watchers.get(workspace);
    watcher?.wake(dueAtMs);
    return watcher !== undefined;
  }
}

/** One activity of a watcher, as others in the process reach it. */
export class LocalWatcher {
  /** Whether it may stay for long. */
  readonly isLong: boolean;
  /** It has been replaced, or has ended. */
  isOver = false;
  readonly #onEnd: () => void;
  /** The time that it has been woken for, epoch ms; Infinity where it has not. */
  wokenForMs = Infinity;
  #sleep: AbortController | null = null;

  constructor(isLong: boolean, onEnd: () => void) {
    this.isLong = isLong;
    this.#onEnd = onEnd;
  }

  /** It is not reachable in the process any more. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#onEnd();
    this.#sleep?.abort();
  }

  wake(atMs: number): void {
    this.wokenForMs = Math.min(this.wokenForMs, atMs);
    this.#sleep?.abort();
  }

  /** Sleeps until then, or until the time that it is woken for, but never less than until `leastMs`. */
  async sleepUntil(
    epochMs: number,
    { leastMs, now, sleep }: { leastMs: number; now: () => number; sleep: Sleep },
  ): Promise<void> {
    for (;;) {
      const leftMs = Math.max(Math.min(epochMs, this.wokenForMs), leastMs) - now();
      if (leftMs <= 0 || this.isOver) return;
      const abort = new AbortController();
      this.#sleep = abort;
      try {
        await sleep(leftMs, abort.signal);
      } catch (error) {
        if (!abort.signal.aborted) throw error;
      } finally {
        this.#sleep = null;
      }
    }
  }

  /** Whether it has been woken since it was asked last. */
  takeWake(): boolean {
    const isWoken = this.wokenForMs !== Infinity;
    this.wokenForMs = Infinity;
    return isWoken;
  }
}
