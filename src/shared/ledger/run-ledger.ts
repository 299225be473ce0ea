import type { TableClient } from '@azure/data-tables';
import { z } from 'zod';
import type { RunKey, RunRecord } from '../domain/run-record.ts';
import type { Outcome, RunStatus } from '../domain/outcome.ts';
import { databricksKey, parseRow, PARTITION, pointerKey, recordColumns, recordKey, recordRange } from './run-row.ts';
import { RunChanges } from './run-changes.ts';
import { storageCall, storageRows, storageStatus, type Storage } from './storage.ts';

/** A run as the ledger holds it. The wish to cancel is kept apart from the record: another writer sets it. */
export interface StoredRun {
  record: RunRecord;
  cancelRequestedAtMs: number | null;
  etag: string;
}

/** What was asked under an id, for telling a repetition from a conflict. */
export interface RunClaim extends RunKey {
  bodyHash: string;
}

export interface RunQuery {
  /** `active`: all that are not completed. */
  status?: RunStatus | 'active' | undefined;
  /** False leaves out active runs that somebody wants to stop. */
  cancelRequested?: false | undefined;
  outcome?: Outcome | undefined;
  submittedBy?: string | undefined;
  label?: { key: string; value: string } | undefined;
  createdAfterMs?: number | undefined;
  createdBeforeMs?: number | undefined;
  limit: number;
  pageToken?: string | undefined;
}

const TABLE = 'gatewayruns';

/** How many rows one page of a filtered list may look at before it hands back a token. */
const MAX_SCANNED_ROWS = 2_000;

/** One Azure Table row a run. Raises StorageUnavailableError when the table cannot be reached. */
export class RunLedger {
  readonly #storage: Storage;
  readonly #changes = new RunChanges();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Writes a new run, or returns the claim that already holds its id. `body` is kept with the claim. */
  async create(record: RunRecord, claim: { bodyHash: string; body: string | null }): Promise<RunClaim | 'created'> {
    const table = await this.#table();
    try {
      await storageCall(() =>
        table.submitTransaction([
          [
            'create',
            {
              partitionKey: PARTITION,
              rowKey: pointerKey(record.id),
              createdAtMs: String(record.createdAtMs),
              bodyHash: claim.bodyHash,
              ...(claim.body === null ? {} : { body: claim.body }),
            },
          ],
          ['create', { partitionKey: PARTITION, rowKey: recordKey(record), ...recordColumns(record) }],
        ]),
      );
      return 'created';
    } catch (error) {
      if (storageStatus(error) !== 409) throw error;
      const existing = await this.claim(record.id);
      if (existing === undefined) throw error;
      return existing;
    }
  }

  /** The claim on an id, or undefined where there is none. */
  async claim(id: string): Promise<RunClaim | undefined> {
    const found = await this.#read(pointerKey(id));
    if (found === undefined) return undefined;
    const { createdAtMs, bodyHash } = pointer.parse(found);
    return { id, createdAtMs, bodyHash };
  }

  /** The body that was kept with the claim, or null where it is in the archive. */
  async body(id: string): Promise<string | null> {
    const found = await this.#read(pointerKey(id));
    return found === undefined ? null : (pointer.parse(found).body ?? null);
  }

  /** The run with this id, or undefined. */
  async find(id: string): Promise<StoredRun | undefined> {
    const claim = await this.claim(id);
    return claim === undefined ? undefined : this.get(claim);
  }

  /** The run with this key, or undefined. */
  async get(key: RunKey): Promise<StoredRun | undefined> {
    const found = await this.#read(recordKey(key));
    return found === undefined ? undefined : { ...parseRow(found), etag: String(found['etag']) };
  }

  /** Writes what is new of a run. With `etag`, only if nobody wrote in between: answers whether it was written. */
  async write(record: RunRecord, etag?: string): Promise<boolean> {
    const table = await this.#table();
    const entity = { partitionKey: PARTITION, rowKey: recordKey(record), ...recordColumns(record) };
    try {
      await storageCall(() => table.updateEntity(entity, 'Merge', etag === undefined ? {} : { etag }));
      this.#changes.tell(record.id);
      return true;
    } catch (error) {
      if (storageStatus(error) === 412) return false;
      throw error;
    }
  }

  /** Waits until this process writes the run, or the time is over. */
  async changed(key: RunKey, timeoutMs: number): Promise<void> {
    await this.#changes.next(key.id, timeoutMs);
  }

  /** Notes that somebody wants this run to stop; the orchestration reads it even when it missed the event. */
  async requestCancel(key: RunKey, nowMs: number): Promise<void> {
    await this.#merge(recordKey(key), { cancelRequestedAtMs: String(nowMs) });
  }

  /** Takes back a wish to cancel, when a completed run is repaired. */
  async clearCancel(key: RunKey): Promise<void> {
    await this.#merge(recordKey(key), { cancelRequestedAtMs: '' });
  }

  /** Writes a run together with the pointer that finds it by its Databricks run. */
  async bind(workspace: string, runId: string, record: RunRecord): Promise<void> {
    const table = await this.#table();
    const pointerRow = {
      partitionKey: PARTITION,
      rowKey: databricksKey(workspace, runId),
      id: record.id,
      createdAtMs: String(record.createdAtMs),
    };
    const row = { partitionKey: PARTITION, rowKey: recordKey(record), ...recordColumns(record) };
    await storageCall(() =>
      table.submitTransaction([
        ['upsert', pointerRow, 'Replace'],
        ['update', row, 'Merge'],
      ]),
    );
    this.#changes.tell(record.id);
  }

  /** The run that a Databricks run belongs to, or undefined. */
  async findByDatabricksRun(workspace: string, runId: string): Promise<StoredRun | undefined> {
    const found = await this.#read(databricksKey(workspace, runId));
    return found === undefined ? undefined : this.get(databricksPointer.parse(found));
  }

  /** Newest first. A page may hold fewer than `limit` runs while a token says that there are more. */
  async list(query: RunQuery): Promise<{ runs: StoredRun[]; nextPageToken?: string }> {
    const runs: StoredRun[] = [];
    let scanned = 0;
    let lastKey: string | undefined;
    for await (const stored of this.scan(query)) {
      if (runs.length === query.limit || scanned >= MAX_SCANNED_ROWS) {
        return lastKey === undefined ? { runs } : { runs, nextPageToken: Buffer.from(lastKey).toString('base64url') };
      }
      scanned++;
      lastKey = recordKey(stored.record);
      if (hasLabel(stored.record, query.label)) runs.push(stored);
    }
    return { runs };
  }

  /** All runs that match, newest first, page by page from storage. */
  async *scan(query: Omit<RunQuery, 'limit' | 'label'>): AsyncGenerator<StoredRun> {
    const { odata } = await import('@azure/data-tables');
    const table = await this.#table();
    const [from, to] = recordRange(query.createdAfterMs, query.createdBeforeMs);
    const after = query.pageToken === undefined ? from : Buffer.from(query.pageToken, 'base64url').toString();
    const filters = [odata`PartitionKey eq ${PARTITION} and RowKey gt ${after} and RowKey lt ${to}`];
    const { status } = query;
    // Who wants a run to stop writes that beside its status, and the documents say `canceling` for both.
    if (status === 'canceling') filters.push("status ne 'completed' and cancelRequestedAtMs gt ''");
    else if (status === 'active') filters.push("status ne 'completed'");
    else if (status !== undefined) filters.push(odata`status eq ${status}`);
    if (status !== undefined && status !== 'canceling' && status !== 'completed' && query.cancelRequested === false)
      filters.push("not (cancelRequestedAtMs gt '')");
    if (query.outcome !== undefined) filters.push(odata`outcome eq ${query.outcome}`);
    if (query.submittedBy !== undefined) filters.push(odata`submittedBy eq ${query.submittedBy}`);
    for await (const entity of storageRows(table, filters.join(' and '))) {
      yield { ...parseRow(entity), etag: entity.etag };
    }
  }

  /** Deletes a run and its claim. */
  async remove(record: RunRecord): Promise<void> {
    const table = await this.#table();
    const keys = [recordKey(record), pointerKey(record.id)];
    for (const runId of [...record.earlierRunIds, record.runId]) {
      if (runId !== null) keys.push(databricksKey(record.request.workspace, runId));
    }
    for (const key of keys) {
      await storageCall(() => table.deleteEntity(PARTITION, key)).catch((error: unknown) => {
        if (storageStatus(error) !== 404) throw error;
      });
    }
  }

  async #merge(rowKey: string, columns: Record<string, string>): Promise<void> {
    const table = await this.#table();
    await storageCall(() => table.updateEntity({ partitionKey: PARTITION, rowKey, ...columns }, 'Merge'));
  }

  async #read(rowKey: string): Promise<Record<string, unknown> | undefined> {
    const table = await this.#table();
    try {
      return await storageCall(() => table.getEntity(PARTITION, rowKey));
    } catch (error) {
      if (storageStatus(error) === 404) return undefined;
      throw error;
    }
  }

  #table(): Promise<TableClient> {
    return this.#storage.table(TABLE);
  }
}

const epochMs = z.string().transform(Number);
const pointer = z.looseObject({ createdAtMs: epochMs, bodyHash: z.string(), body: z.string().optional() });
const databricksPointer = z.looseObject({ id: z.string(), createdAtMs: epochMs });

function hasLabel(record: RunRecord, label: RunQuery['label']): boolean {
  return label === undefined || record.request.labels[label.key] === label.value;
}
