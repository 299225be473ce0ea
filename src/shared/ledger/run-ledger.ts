import type { TableClient, TransactionAction } from '@azure/data-tables';
import * as z from 'zod';
import type { RunKey, RunRecord } from '../domain/run-record.ts';
import type { Log } from '../telemetry/log.ts';
import { listRuns } from './list-runs.ts';
import { activeAction, inactiveAction, leftAction } from './run-index.ts';
import { databricksKey, PARTITION, pointerKey, recordColumns, recordKey, RUN_TABLE } from './run-row.ts';
import { RunChanges } from './run-changes.ts';
import type { RunQuery } from './run-query.ts';
import { storedRun, type StoredRun } from './stored-run.ts';
import { storageCall, storageStatus, StorageUnavailableError, type Storage } from '../storage/storage.ts';

/** What is written of a run where it still has the etag. */
type Written = Pick<StoredRun, 'record' | 'etag'>;

/** What was asked under an id, to distinguish a repetition from a conflict. */
export interface RunClaim extends RunKey {
  bodyHash: string;
}

/** One Azure Table row a run. @throws {StorageUnavailableError} when the table cannot be reached. */
export class RunLedger {
  readonly #storage: Storage;
  readonly #log: Log;
  readonly #changes = new RunChanges();

  constructor(storage: Storage, log: Log) {
    this.#storage = storage;
    this.#log = log;
  }

  /**
   * Writes a new run, or returns the claim that already holds its id. `body`, an `inlineBody`, is kept with the claim.
   */
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
          [
            'create',
            // A filter may leave out rows that lack a column.
            { partitionKey: PARTITION, rowKey: recordKey(record), cancelRequestedAtMs: '', ...recordColumns(record) },
          ],
          activeAction(record),
        ]),
      );
      return 'created';
    } catch (error) {
      if (storageStatus(error) !== 409) throw error;
      const existing = await this.claim(record.id);
      // It has been purged since: asked again, this is a new run.
      if (existing === undefined) throw new StorageUnavailableError(error);
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
    return found === undefined ? undefined : storedRun(found);
  }

  /**
   * Writes what is new of a run. With `etag`, only if it was not written in between. Returns the etag of the row as written, or
   * undefined where it was not.
   */
  async write(record: RunRecord, etag?: string): Promise<string | undefined> {
    const table = await this.#table();
    let written: string | undefined;
    const isWritten = await this.#unlessChanged(record, async () => {
      ({ etag: written } = await table.updateEntity(entityOf(record), 'Merge', etag === undefined ? {} : { etag }));
    });
    return isWritten ? (written ?? (await this.get(record))?.etag) : undefined;
  }

  /**
   * Writes two runs in one transaction; returns false, and writes neither, where another writer wrote one of them in
   * between.
   */
  async writeBoth(...runs: readonly [Written, Written]): Promise<boolean> {
    const table = await this.#table();
    const actions = runs.map(({ record, etag }): TransactionAction => ['update', entityOf(record), 'Merge', { etag }]);
    const [{ record }, other] = runs;
    const isWritten = await this.#unlessChanged(record, () => table.submitTransaction(actions));
    if (isWritten) this.#changes.notify(other.record.id);
    return isWritten;
  }

  /**
   * Writes the end of a run, and in the same transaction that it is no longer at work and that its orchestration has
   * nothing to do but notify, from `closedAtMs` on. Returns false, and changes nothing, where another writer wrote in
   * between.
   */
  async close(record: RunRecord, etag: string, closedAtMs: number): Promise<boolean> {
    const left = leftAction(record, record.instanceId, closedAtMs);
    try {
      return await this.#change(record, etag, [inactiveAction(record), left]);
    } catch (error) {
      // A run that no row says is at work is closed all the same.
      if (storageStatus(error) !== 404) throw error;
      return this.#change(record, etag, [left]);
    }
  }

  /** As `close`, for a closed run that the index has at work; nothing is done where it no longer has. */
  async closeInIndex(record: RunRecord, etag: string, closedAtMs: number): Promise<void> {
    const left = leftAction(record, record.instanceId, closedAtMs);
    await this.#change(record, etag, [inactiveAction(record), left]).catch((error: unknown) => {
      if (storageStatus(error) !== 404) throw error;
    });
  }

  /** Writes a closed run that is taken up again, and in the same transaction that it is at work; returns as `close`. */
  async reopen(record: RunRecord, etag: string): Promise<boolean> {
    return this.#change(record, etag, [activeAction(record)]);
  }

  /** Writes the orchestration that follows a run in the place of the `previous` one; returns as `close`. */
  async replaceInstance(record: RunRecord, etag: string, previous: string, nowMs: number): Promise<boolean> {
    return this.#change(record, etag, [activeAction(record), leftAction(record, previous, nowMs)]);
  }

  /**
   * Writes a closed run of whose end others are notified again, and in the same transaction that the orchestration that
   * does it has nothing else to do; returns as `close`.
   */
  async notifyAgain(record: RunRecord, etag: string, instanceId: string, nowMs: number): Promise<boolean> {
    return this.#change(record, etag, [leftAction(record, instanceId, nowMs)]);
  }

  /** Waits until this process writes the run, or the time is over. */
  async changed(key: RunKey, timeoutMs: number): Promise<void> {
    await this.#changes.next(key.id, timeoutMs);
  }

  /** Records a cancellation request; the orchestration reads it even when it missed the event. */
  async requestCancel(key: RunKey, nowMs: number): Promise<void> {
    await this.#merge(recordKey(key), { cancelRequestedAtMs: String(nowMs) });
  }

  /** Takes back a cancellation request, when a completed run is repaired. */
  async clearCancel(key: RunKey): Promise<void> {
    await this.#merge(recordKey(key), { cancelRequestedAtMs: '' });
  }

  /** Writes the pointer that finds a run by its Databricks run. */
  async point(workspace: string, runId: string, { id, createdAtMs }: RunKey): Promise<void> {
    const table = await this.#table();
    const entity = {
      partitionKey: PARTITION,
      rowKey: databricksKey(workspace, runId),
      id,
      createdAtMs: String(createdAtMs),
    };
    await storageCall(() => table.upsertEntity(entity, 'Replace'));
  }

  /** The run that a Databricks run belongs to, or undefined. */
  async findByDatabricksRun(workspace: string, runId: string): Promise<StoredRun | undefined> {
    const found = await this.#read(databricksKey(workspace, runId));
    return found === undefined ? undefined : this.get(databricksPointer.parse(found));
  }

  /** As `listRuns`. */
  async list(query: RunQuery): Promise<{ runs: StoredRun[]; nextPageToken?: string }> {
    return listRuns(await this.#table(), this.#log, query);
  }

  /**
   * Deletes a run and its claim, both or neither: a claim that went first would let the key be used again, and what is
   * left of this run would take the new one's claim with it. They go last: the row says what else there is.
   */
  async remove(record: RunRecord): Promise<void> {
    const table = await this.#table();
    for (const runId of [...record.earlierRunIds, record.runId]) {
      if (runId === null) continue;
      await unlessMissing(
        storageCall(() => table.deleteEntity(PARTITION, databricksKey(record.request.workspace, runId))),
      );
    }
    const actions = [recordKey(record), pointerKey(record.id)].map((rowKey): TransactionAction => [
      'delete',
      { partitionKey: PARTITION, rowKey },
    ]);
    await unlessMissing(storageCall(() => table.submitTransaction(actions)));
  }

  async #change(record: RunRecord, etag: string, indexed: readonly TransactionAction[]): Promise<boolean> {
    const table = await this.#table();
    const update: TransactionAction = ['update', entityOf(record), 'Merge', { etag }];
    return this.#unlessChanged(record, () => table.submitTransaction([update, ...indexed]));
  }

  /** Whether it was written: not where the row has another etag by now. */
  async #unlessChanged(record: RunRecord, write: () => Promise<unknown>): Promise<boolean> {
    try {
      await storageCall(write);
      this.#changes.notify(record.id);
      return true;
    } catch (error) {
      if (storageStatus(error) === 412) return false;
      throw error;
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
    return this.#storage.table(RUN_TABLE);
  }
}

/** Another sweep may have been faster. */
async function unlessMissing(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error: unknown) => {
    if (storageStatus(error) !== 404) throw error;
  });
}

function entityOf(record: RunRecord) {
  return { partitionKey: PARTITION, rowKey: recordKey(record), ...recordColumns(record) };
}

const epochMs = z.string().transform(Number);
const pointer = z.looseObject({ createdAtMs: epochMs, bodyHash: z.string(), body: z.string().optional() });
const databricksPointer = z.looseObject({ id: z.string(), createdAtMs: epochMs });
