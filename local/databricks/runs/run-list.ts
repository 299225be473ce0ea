import type { RunRecord } from './record.ts';

/** A place in the list, from which it goes on downwards. */
export interface Position {
  timeMs: number;
  runId: number;
}

/** Runs in the order of `runs/list`: newest end first, newest start where a run has not ended. */
export class RunList {
  // Ascending, so that new runs, which are nearly always the newest, go to the end.
  readonly #entries: (Position & { run: RunRecord })[] = [];
  readonly #positions = new Map<number, Position>();

  /** Puts the run where it now belongs. */
  place(run: RunRecord): void {
    this.remove(run);
    const position = { timeMs: run.endTime || run.startTime, runId: run.runId };
    this.#positions.set(run.runId, position);
    this.#entries.splice(this.#indexOf(position), 0, { ...position, run });
  }

  remove(run: RunRecord): void {
    const position = this.#positions.get(run.runId);
    if (position === undefined) return;
    this.#positions.delete(run.runId);
    this.#entries.splice(this.#indexOf(position), 1);
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Runs below `position`, or from the top, in order. */
  *after(position?: Position): Generator<RunRecord & object> {
    const from = position !== undefined ? this.#indexOf(position) : this.#entries.length;
    for (let index = from - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry !== undefined) yield entry.run;
    }
  }

  /** The number of entries before the position, in ascending order. */
  #indexOf(position: Position): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = this.#entries[middle];
      const isBefore =
        entry === undefined
          ? undefined
          : entry.timeMs < position.timeMs || (entry.timeMs === position.timeMs && entry.runId < position.runId);
      if (isBefore === true) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
