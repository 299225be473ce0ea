import type { TableClient, TransactionAction } from '@azure/data-tables';
import * as z from 'zod';
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
  /** Written by whoever is to start the watcher, and not by the watcher itself. */
  isStarting: boolean;
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

  /** The entries that are due in a span of time, epoch ms, the longest due first, at most `max`. */
  async list(
    workspace: string,
    { fromMs = 0, untilMs = Infinity, max }: { fromMs?: number; untilMs?: number; max: number },
  ): Promise<WatchEntry[]> {
    const table = await this.#table();
    const from = `RowKey ge '${timeKey(workspace, fromMs)}'`;
    const until = `RowKey lt '${untilMs === Infinity ? `w:${workspace};` : timeKey(workspace, untilMs)}'`;
    const filter = `PartitionKey eq '${PARTITION}' and ${from} and ${until}`;
    const entries: WatchEntry[] = [];
    let continuationToken: string | undefined;
    do {
      const maxRows = Math.min(entries.length === 0 ? FIRST_PAGE_ROWS : PAGE_ROWS, max - entries.length);
      const page = await storagePage(table, filter, { maxRows, continuationToken });
      entries.push(...page.flatMap((row) => entryOf(row) ?? []));
      ({ continuationToken } = page);
    } while (continuationToken !== undefined && entries.length < max);
    return entries;
  }

  /** When the run that is due next is due, epoch ms; null where none is watched. */
  async nextDueAtMs(workspace: string): Promise<number | null> {
    // One that cannot be understood is in the way of no other.
    const [first] = await this.list(workspace, { max: FIRST_PAGE_ROWS });
    return first?.dueAtMs ?? null;
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
   * Writes the mark in the place of the one that was read, if it was not written in between. Returns it as written, or
   * undefined where another writer was faster.
   */
  async replaceMark(
    workspace: string,
    previous: WatcherMark | undefined,
    mark: Omit<WatcherMark, 'etag'>,
  ): Promise<WatcherMark | undefined> {
    const table = await this.#table();
    const row = markRowOf(workspace, mark);
    try {
      const { etag = '' } = await storageCall(() =>
        previous === undefined ? table.createEntity(row) : table.updateEntity(row, 'Replace', { etag: previous.etag }),
      );
      return { ...mark, etag };
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
  }

  /**
   * As `replaceMark` and `move`, in one transaction where it holds them. Returns false where another writer of the mark
   * was faster: then nothing is moved.
   */
  async replaceMarkAndMove(
    workspace: string,
    previous: WatcherMark,
    mark: Omit<WatcherMark, 'etag'>,
    moves: readonly { from: WatchEntry; to: WatchEntry | null }[],
  ): Promise<boolean> {
    const actions = moves.flatMap(({ from, to }) => moveActions(workspace, from, to));
    if (moves.length > 0 && moves.length <= MOVES_PER_TRANSACTION) {
      const update = ['update', markRowOf(workspace, mark), 'Replace', { etag: previous.etag }] as const;
      try {
        if (await this.#submit([[...update], ...actions])) return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw error;
      }
    }
    if ((await this.replaceMark(workspace, previous, mark)) === undefined) return false;
    await this.move(workspace, moves);
    return true;
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

/** The key of an entry's row. Two entries of a run never share one: one of them is of a notification. */
export function entryKey(workspace: string, { run, dueAtMs }: WatchEntry): string {
  const suffix = run.notifiedAtMs === null ? '' : ':n';
  return `${timeKey(workspace, dueAtMs)}:${run.key.id}${suffix}`;
}

function timeKey(workspace: string, epochMs: number): string {
  return `w:${workspace}:${String(Math.max(Math.ceil(epochMs), 0)).padStart(TIME_DIGITS, '0')}`;
}

function isConflict(error: unknown): boolean {
  const status = storageStatus(error);
  return status === 409 || status === 412;
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

function markRowOf(workspace: string, { turn, nextAtMs, writtenAtMs, isStarting }: Omit<WatcherMark, 'etag'>) {
  const times = { nextAtMs: nextAtMs === null ? '' : String(nextAtMs), writtenAtMs: String(writtenAtMs) };
  return { partitionKey: PARTITION, rowKey: markKey(workspace), turn: String(turn), ...times, isStarting };
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
  estimate: z
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
  .looseObject({
    turn: time,
    nextAtMs: z.string(),
    writtenAtMs: time,
    isStarting: z.boolean().default(false),
    etag: z.string(),
  })
  .transform(({ turn, nextAtMs, writtenAtMs, isStarting, etag }): WatcherMark => ({
    turn,
    nextAtMs: nextAtMs === '' ? null : Number(nextAtMs),
    writtenAtMs,
    isStarting,
    etag,
  }));
