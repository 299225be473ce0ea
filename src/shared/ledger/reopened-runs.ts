import { z } from 'zod';
import type { RunKey } from '../domain/run-record.ts';
import { storageCall, storageRows, storageStatus, type Storage } from './storage.ts';

const TABLE = 'gatewaysweeps';
const PARTITION = 'reopened';

const epochMs = z.string().transform(Number);
const row = z.looseObject({ rowKey: z.string(), createdAtMs: epochMs, reopenedAtMs: epochMs });

/**
 * Completed runs that were taken up again. They may be older than all other runs at work, where no sweep would look.
 * Raises StorageUnavailableError.
 */
export class ReopenedRuns {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async add({ id, createdAtMs }: RunKey, reopenedAtMs: number): Promise<void> {
    const table = await this.#storage.table(TABLE);
    const entity = {
      partitionKey: PARTITION,
      rowKey: id,
      createdAtMs: String(createdAtMs),
      reopenedAtMs: String(reopenedAtMs),
    };
    await storageCall(() => table.upsertEntity(entity, 'Replace'));
  }

  async *list(): AsyncGenerator<RunKey & { reopenedAtMs: number }> {
    const table = await this.#storage.table(TABLE);
    for await (const entity of storageRows(table, `PartitionKey eq '${PARTITION}'`)) {
      const { rowKey: id, createdAtMs, reopenedAtMs } = row.parse(entity);
      yield { id, createdAtMs, reopenedAtMs };
    }
  }

  async remove(id: string): Promise<void> {
    const table = await this.#storage.table(TABLE);
    await storageCall(() => table.deleteEntity(PARTITION, id)).catch((error: unknown) => {
      if (storageStatus(error) !== 404) throw error;
    });
  }
}
