import type { TableClient, TransactionAction } from '@azure/data-tables';
import * as z from 'zod';
import type { Owner } from '../domain/caller.ts';
import type { RunKey, RunRecord } from '../domain/run-record.ts';
import { PARTITION, reverseTime, RUN_TABLE, visibilityColumns, visibilityRow } from './run-row.ts';
import { storageCall, storagePage, storageRows, storageStatus, type Storage } from '../storage/storage.ts';

/** A run at work. */
export interface ActiveEntry {
  key: RunKey;
  /** The first wake since the run's row was written last, and that row's etag then; null where there was none. */
  wake: { atMs: number; etag: string } | null;
  etag: string;
}

/** A run at work, and what decides who may see it. */
export interface ActiveRun {
  key: RunKey;
  workspace: string;
  submittedBy: Owner;
}

/** An orchestration that has nothing more to do, as far as the ledger knows: its history may go once it has ended. */
export interface HistoryEntry {
  key: RunKey;
  instanceId: string;
  attempt: number;
  closedAtMs: number;
  dueAtMs: number;
}

/** A closed run of which nothing is at work any more. */
export interface EndedEntry {
  key: RunKey;
  attempt: number;
  closedAtMs: number;
}

/** An orchestration whose run was closed this long ago has most likely ended, unless it has receivers to notify. */
const HISTORY_DUE_MS = 5 * 60_000;

const TIME_DIGITS = 13;

/**
 * Small rows that say which runs are at work (`a:`), which orchestrations may be forgotten (`h:`), and which runs ended
 * when (`e:`), so that a sweep reads what it has to do something about and never what is kept. They stand in the
 * partition of the runs: where a run begins, is closed, or is taken up again, its rows change in one transaction.
 * Throws StorageUnavailableError.
 */
export class RunIndex {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** All runs at work, newest first. */
  async *active(): AsyncGenerator<ActiveEntry> {
    for await (const row of storageRows(await this.#table(), within('a:', 'a;'))) yield activeRow.parse(row);
  }

  /** Runs at work, newest first, in one request: at most a thousand, and whether these are all. */
  async activePage(): Promise<{ runs: ActiveRun[]; isComplete: boolean }> {
    const page = await storagePage(await this.#table(), within('a:', 'a;'), { maxRows: 1_000 });
    return { runs: page.map((row) => activeRun.parse(row)), isComplete: page.continuationToken === undefined };
  }

  /** Notes that a run was woken whose row has this etag; a run that has been closed meanwhile is left alone. */
  async noteWake({ key }: ActiveEntry, wake: { atMs: number; etag: string }): Promise<void> {
    const table = await this.#table();
    const row = { partitionKey: PARTITION, rowKey: activeKey(key), wokenAtMs: String(wake.atMs), wokenEtag: wake.etag };
    await unlessGone(storageCall(() => table.updateEntity(row, 'Merge')));
  }

  /** Forgets a run that is not at work, unless it has been taken up again since the entry was read. */
  async removeActive({ key, etag }: ActiveEntry): Promise<void> {
    const table = await this.#table();
    await unlessGone(storageCall(() => table.deleteEntity(PARTITION, activeKey(key), { etag })));
  }

  /** The orchestrations whose histories are due to go, the longest due first. */
  async *historiesDue(nowMs: number): AsyncGenerator<HistoryEntry> {
    for await (const row of storageRows(await this.#table(), within('h:', `h:${timeDigits(nowMs)}`)))
      yield historyRow.parse(row);
  }

  async postponeHistory(entry: HistoryEntry, dueAtMs: number): Promise<void> {
    await this.#move(historyKeyOf(entry), historyAction({ ...entry, dueAtMs }));
  }

  /** Notes that a history is gone; the `last` of a run leaves the run to its retention. */
  async historyGone(entry: HistoryEntry, last: boolean): Promise<void> {
    await this.#move(historyKeyOf(entry), last ? endedAction(entry) : undefined);
  }

  /** The runs that were closed before `epochMs`, oldest first. */
  async *endedBefore(epochMs: number): AsyncGenerator<EndedEntry> {
    for await (const row of storageRows(await this.#table(), within('e:', `e:${timeDigits(epochMs)}`)))
      yield endedRow.parse(row);
  }

  async removeEnded(entry: EndedEntry): Promise<void> {
    const table = await this.#table();
    await unlessGone(storageCall(() => table.deleteEntity(PARTITION, endedKey(entry))));
  }

  /** Another sweep may have been faster. */
  async #move(rowKey: string, to: TransactionAction | undefined): Promise<void> {
    const table = await this.#table();
    const actions: TransactionAction[] = [['delete', { partitionKey: PARTITION, rowKey }]];
    if (to !== undefined) actions.push(to);
    await unlessGone(storageCall(() => table.submitTransaction(actions)));
  }

  #table(): Promise<TableClient> {
    return this.#storage.table(RUN_TABLE);
  }
}

/** Writes that a run is at work and has not been woken. */
export function activeAction(record: RunRecord): TransactionAction {
  const columns = { ...keyColumns(record), ...visibilityColumns(record), wokenAtMs: '', wokenEtag: '' };
  return ['upsert', { partitionKey: PARTITION, rowKey: activeKey(record), ...columns }, 'Replace'];
}

/** Writes that a run is no longer at work. */
export function inactiveAction(key: RunKey): TransactionAction {
  return ['delete', { partitionKey: PARTITION, rowKey: activeKey(key) }];
}

/** Writes that an orchestration of a run has nothing more to do from now on. */
export function leftAction(
  { id, createdAtMs, attempt }: RunRecord,
  instanceId: string,
  closedAtMs: number,
): TransactionAction {
  const dueAtMs = closedAtMs + HISTORY_DUE_MS;
  return historyAction({ key: { id, createdAtMs }, instanceId, attempt, closedAtMs, dueAtMs });
}

function historyAction(entry: HistoryEntry): TransactionAction {
  const { key, attempt, closedAtMs } = entry;
  const columns = { ...keyColumns(key), attempt: String(attempt), closedAtMs: String(closedAtMs) };
  return ['upsert', { partitionKey: PARTITION, rowKey: historyKeyOf(entry), ...columns }, 'Replace'];
}

function endedAction(entry: EndedEntry): TransactionAction {
  const columns = { ...keyColumns(entry.key), attempt: String(entry.attempt) };
  return ['upsert', { partitionKey: PARTITION, rowKey: endedKey(entry), ...columns }, 'Replace'];
}

/** In the order of the runs' own rows. */
function activeKey({ id, createdAtMs }: RunKey): string {
  return `a:${reverseTime(createdAtMs)}:${id}`;
}

function historyKeyOf({ dueAtMs, instanceId }: Pick<HistoryEntry, 'dueAtMs' | 'instanceId'>): string {
  return `h:${timeDigits(dueAtMs)}:${instanceId}`;
}

function endedKey({ closedAtMs, key }: Pick<EndedEntry, 'closedAtMs' | 'key'>): string {
  return `e:${timeDigits(closedAtMs)}:${key.id}`;
}

function timeDigits(epochMs: number): string {
  return String(Math.max(epochMs, 0)).padStart(TIME_DIGITS, '0');
}

function keyColumns({ id, createdAtMs }: RunKey) {
  return { id, createdAtMs: String(createdAtMs) };
}

function within(from: string, to: string): string {
  return `PartitionKey eq '${PARTITION}' and RowKey ge '${from}' and RowKey lt '${to}'`;
}

/** Whoever was faster has done it. */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    const status = storageStatus(error);
    if (status !== 404 && status !== 412) throw error;
  });
}

const number = z.string().transform(Number);
const runKey = { id: z.string(), createdAtMs: number };

const activeRow = z
  .looseObject({ ...runKey, wokenAtMs: z.string(), wokenEtag: z.string(), etag: z.string() })
  .transform(({ id, createdAtMs, wokenAtMs, wokenEtag, etag }): ActiveEntry => ({
    key: { id, createdAtMs },
    wake: wokenAtMs === '' ? null : { atMs: Number(wokenAtMs), etag: wokenEtag },
    etag,
  }));

const activeRun = visibilityRow
  .extend(runKey)
  .transform(({ id, createdAtMs, workspace, submittedBy, submitterKind }): ActiveRun => ({
    key: { id, createdAtMs },
    workspace,
    submittedBy: { kind: submitterKind, id: submittedBy },
  }));

const historyRow = z
  .looseObject({ ...runKey, attempt: number, closedAtMs: number, rowKey: z.string().regex(/^h:\d{13}:/) })
  .transform(({ id, createdAtMs, attempt, closedAtMs, rowKey }): HistoryEntry => ({
    key: { id, createdAtMs },
    instanceId: rowKey.slice(3 + TIME_DIGITS),
    attempt,
    closedAtMs,
    dueAtMs: Number(rowKey.slice(2, 2 + TIME_DIGITS)),
  }));

const endedRow = z
  .looseObject({ ...runKey, attempt: number, rowKey: z.string().regex(/^e:\d{13}:/) })
  .transform(({ id, createdAtMs, attempt, rowKey }): EndedEntry => ({
    key: { id, createdAtMs },
    attempt,
    closedAtMs: Number(rowKey.slice(2, 2 + TIME_DIGITS)),
  }));
