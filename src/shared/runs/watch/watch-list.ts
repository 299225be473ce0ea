import type { WatchEntry, WatchIndex } from '../../ledger/watch-index.ts';
import { entryKey } from '../../ledger/watch-index.ts';

/** So many runs are held at most, the longest due first; Databricks lets 2,000 run in a workspace. */
const MAX_ENTRIES = 5_000;

/** What other instances add is due a moment later; their clocks differ, and what lies outside is found by a whole reading. */
const BEFORE_MS = 10_000;
const AFTER_MS = 10_000;
const WHOLE_EVERY_MS = 30_000;

/** Of so few runs, the index is not asked for more each time that one is due. */
const FEW = 3;
const FEW_EVERY_MS = 5_000;

/** So often, or when there are so many, entries of runs that need no reading any more are deleted. */
const DELETE_EVERY_MS = 30_000;
const DELETE_FROM = 40;

/** An entry by the key of its row. Its time and its run go on here, while the row stays as it is. */
export interface HeldEntry extends WatchEntry {
  rowKey: string;
}

/** A held entry, and what becomes of it: its next time, or null where there is nothing more to read. */
export interface Move {
  from: HeldEntry;
  to: WatchEntry | null;
}

interface Held {
  stored: WatchEntry;
  entry: HeldEntry;
  isRemoved: boolean;
}

/**
 * The watched runs of a workspace, as one activity holds them. Their rows are written when it ends: until then a row is
 * due too early, so that whoever takes over after a crash reads its run once more.
 */
export class WatchList {
  readonly #index: WatchIndex;
  readonly #workspace: string;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();
  #listedAtMs = -Infinity;
  #wholeAtMs = -Infinity;
  #deletedAtMs: number;

  constructor(index: WatchIndex, workspace: string, now: () => number) {
    this.#index = index;
    this.#workspace = workspace;
    this.#now = now;
    this.#deletedAtMs = now();
  }

  /** Looks for runs that were added, `always` or where that is likely. Throws StorageUnavailableError. */
  async refresh(always: boolean): Promise<void> {
    const nowMs = this.#now();
    if (!always && this.#held.size <= FEW && nowMs - this.#listedAtMs < FEW_EVERY_MS) return;
    const isWhole = nowMs - this.#wholeAtMs >= WHOLE_EVERY_MS;
    const span = isWhole ? {} : { fromMs: this.#listedAtMs - BEFORE_MS, untilMs: nowMs + AFTER_MS };
    for (const stored of await this.#index.list(this.#workspace, { ...span, max: MAX_ENTRIES })) {
      const rowKey = entryKey(this.#workspace, stored);
      if (this.#held.size >= MAX_ENTRIES) break;
      if (!this.#held.has(rowKey)) this.#held.set(rowKey, { stored, entry: { ...stored, rowKey }, isRemoved: false });
    }
    this.#listedAtMs = nowMs;
    if (isWhole) this.#wholeAtMs = nowMs;
  }

  get entries(): HeldEntry[] {
    return [...this.#held.values()].flatMap(({ entry, isRemoved }) => (isRemoved ? [] : [entry]));
  }

  /** When the next one is due, epoch ms; null where there is none. */
  nextAtMs(): number | null {
    const soonestMs = this.entries.reduce((least, { dueAtMs }) => Math.min(least, dueAtMs), Infinity);
    return soonestMs === Infinity ? null : soonestMs;
  }

  move(moves: readonly Move[]): void {
    for (const { from, to } of moves) {
      const held = this.#held.get(from.rowKey);
      if (held === undefined) continue;
      if (to === null) held.isRemoved = true;
      else held.entry = { ...to, rowKey: from.rowKey };
    }
  }

  /** Deletes, now and then, the rows of runs that need no reading any more. */
  async deleteRemoved(): Promise<void> {
    const removed = [...this.#held].filter(([, { isRemoved }]) => isRemoved);
    if (removed.length === 0) return;
    if (removed.length < DELETE_FROM && this.#now() - this.#deletedAtMs < DELETE_EVERY_MS) return;
    this.#deletedAtMs = this.#now();
    await this.#index.move(
      this.#workspace,
      removed.map(([, { stored }]) => ({ from: stored, to: null })),
    );
    for (const [rowKey] of removed) this.#held.delete(rowKey);
  }

  /** What has to be written so that the rows say when their runs are due. */
  unwritten(): { from: WatchEntry; to: WatchEntry | null }[] {
    const changed = [...this.#held.values()].filter(
      ({ stored, entry, isRemoved }) => isRemoved || entry.run !== stored.run || entry.dueAtMs !== stored.dueAtMs,
    );
    return changed.map(({ stored, entry, isRemoved }) => ({
      from: stored,
      to: isRemoved ? null : { run: entry.run, dueAtMs: entry.dueAtMs },
    }));
  }
}
