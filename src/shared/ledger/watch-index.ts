import type { TableClient, TransactionAction } from '@azure/data-tables';
import { z } from 'zod';
import type { WatchedRun } from '../domain/watched-run.ts';
import { PARTITION, RUN_TABLE } from './run-row.ts';
import { storageCall, storagePage, storageStatus, type Storage } from '../storage/storage.ts';

/** A run that is to be read at a time, epoch ms. */
export interface WatchEntry {
  run: WatchedRun;
  dueAtMs: number;
}

/** The watcher of a workspace. Times are epoch ms. */
export interface WatcherMark {
  /** Counts the watchers that were started; only the latest goes on. */
  turn: number;
  /** When it reads next at the latest; null for one that has nothing more to read. */
  nextAtMs: number | null;
  writtenAtMs: number;
  etag: string;
}

const TIME_DIGITS = 13;
const FIRST_PAGE_ROWS = 32;
const PAGE_ROWS = 1_000;
/** A transaction takes a hundred actions, and to move an entry takes two. */
const MOVES_PER_TRANSACTION = 49;

/**
 * Rows `w:WORKSPACE:DUE:ID`, one for each run that is watched, in the order in which they are due, and one row
 * `v:WORKSPACE` for the watcher. An entry is a hint: the run's own row says how things stand.
 * Throws StorageUnavailableError.
 */
export class WatchIndex {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async add(workspace: string, entry: WatchEntry): Promise<void> {
    const table = await this.#table();
    await storageCall(() => table.upsertEntity(rowOf(workspace, entry), 'Replace'));
  }

  /** The entries that are due until then, the longest due first, at most `max`, and when the next one is due. */
  async due(
    workspace: string,
    untilMs: number,
    max: number,
  ): Promise<{ entries: WatchEntry[]; nextAtMs: number | null }> {
    const table = await this.#table();
    const filter = `PartitionKey eq '${PARTITION}' and RowKey ge 'w:${workspace}:' and RowKey lt 'w:${workspace};'`;
    const entries: WatchEntry[] = [];
    let continuationToken: string | undefined;
    do {
      const maxRows = entries.length === 0 ? FIRST_PAGE_ROWS : PAGE_ROWS;
      const page = await storagePage(table, filter, { maxRows, continuationToken });
      for (const row of page) {
        const entry = entryOf(row);
        if (entry === undefined) continue;
        if (entry.dueAtMs > untilMs || entries.length >= max) return { entries, nextAtMs: entry.dueAtMs };
        entries.push(entry);
      }
      ({ continuationToken } = page);
    } while (continuationToken !== undefined);
    return { entries, nextAtMs: null };
  }

  /**
   * Moves each entry to its next time, or takes it out, in one step. What another execution has moved already stays where
   * that has put it: a second entry would be read as long as the run lasts.
   */
  async move(workspace: string, moves: readonly { from: WatchEntry; to: WatchEntry | null }[]): Promise<void> {
    for (let at = 0; at < moves.length; at += MOVES_PER_TRANSACTION) {
      const part = moves.slice(at, at + MOVES_PER_TRANSACTION);
      const actions = part.map(({ from, to }) => moveActions(workspace, from, to));
      if (await this.#submit(actions.flat())) continue;
      for (const each of actions) await this.#submit(each);
    }
  }

  async mark(workspace: string): Promise<WatcherMark | undefined> {
    const table = await this.#table();
    try {
      return markRow.parse(await storageCall(() => table.getEntity(PARTITION, markKey(workspace))));
    } catch (error) {
      if (storageStatus(error) === 404) return undefined;
      throw error;
    }
  }

  /**
   * Writes the mark in the place of the one that was read. Returns false, and writes nothing, where another writer was
   * faster.
   */
  async replaceMark(
    workspace: string,
    previous: WatcherMark | undefined,
    mark: Omit<WatcherMark, 'etag'>,
  ): Promise<boolean> {
    const table = await this.#table();
    const { turn, nextAtMs, writtenAtMs } = mark;
    const times = { nextAtMs: nextAtMs === null ? '' : String(nextAtMs), writtenAtMs: String(writtenAtMs) };
    const row = { partitionKey: PARTITION, rowKey: markKey(workspace), turn: String(turn), ...times };
    try {
      await storageCall(() =>
        previous === undefined ? table.createEntity(row) : table.updateEntity(row, 'Replace', { etag: previous.etag }),
      );
      return true;
    } catch (error) {
      const status = storageStatus(error);
      if (status === 409 || status === 412) return false;
      throw error;
    }
  }

  /** Whether it was carried out; not where a row that is to go is gone. */
  async #submit(actions: TransactionAction[]): Promise<boolean> {
    const table = await this.#table();
    try {
      await storageCall(() => table.submitTransaction(actions));
      return true;
    } catch (error) {
      if (storageStatus(error) === 404) return false;
      throw error;
    }
  }

  #table(): Promise<TableClient> {
    return this.#storage.table(RUN_TABLE);
  }
}

function moveActions(workspace: string, from: WatchEntry, to: WatchEntry | null): TransactionAction[] {
  const gone: TransactionAction = ['delete', { partitionKey: PARTITION, rowKey: entryKey(workspace, from) }];
  if (to === null) return [gone];
  const written: TransactionAction = ['upsert', rowOf(workspace, to), 'Replace'];
  return entryKey(workspace, from) === entryKey(workspace, to) ? [written] : [gone, written];
}

/** Two entries of a run never share a key: one of them is of a notification. */
function entryKey(workspace: string, { run, dueAtMs }: WatchEntry): string {
  const suffix = run.notifiedAtMs === null ? '' : ':n';
  return `w:${workspace}:${String(Math.max(Math.ceil(dueAtMs), 0)).padStart(TIME_DIGITS, '0')}:${run.key.id}${suffix}`;
}

/** Undefined where another version wrote it. It is only a hint, and the sweep has its run read all the same. */
function entryOf(row: object): WatchEntry | undefined {
  try {
    return entryRow.parse(row);
  } catch {
    return undefined;
  }
}

function markKey(workspace: string): string {
  return `v:${workspace}`;
}

function rowOf(workspace: string, entry: WatchEntry) {
  const dueAtMs = String(Math.ceil(entry.dueAtMs));
  return { partitionKey: PARTITION, rowKey: entryKey(workspace, entry), dueAtMs, run: JSON.stringify(entry.run) };
}

const time = z.string().transform(Number);

const watchedRun = z.object({
  key: z.object({ id: z.string(), createdAtMs: z.number() }),
  runId: z.string(),
  submittedAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  learned: z
    .object({
      count: z.number(),
      meanMs: z.number(),
      deviationMs: z.number(),
      recentMs: z.array(z.number()).optional(),
    })
    .nullable(),
  workKey: z.string(),
  started: z.boolean(),
  notifiedAtMs: z.number().nullable(),
  seen: z.string(),
  recordedAtMs: z.number(),
});

const entryRow = z.looseObject({
  dueAtMs: time,
  run: z.string().transform((text): WatchedRun => watchedRun.parse(JSON.parse(text))),
});

const markRow = z
  .looseObject({ turn: time, nextAtMs: z.string(), writtenAtMs: time, etag: z.string() })
  .transform(({ turn, nextAtMs, writtenAtMs, etag }): WatcherMark => ({
    turn,
    nextAtMs: nextAtMs === '' ? null : Number(nextAtMs),
    writtenAtMs,
    etag,
  }));
