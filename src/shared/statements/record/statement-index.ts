import * as z from 'zod';
import { storageCall, storageRows, storageStatus, type Storage } from '../../storage/storage.ts';

const TABLE = 'gatewaystatements';
const ACTIVE = 'active';
const ENDED = 'ended';
const TIME_DIGITS = 13;

const epochMs = z.string().transform(Number);
const activeRow = z.looseObject({ rowKey: z.string(), createdAtMs: epochMs, deadlineAtMs: epochMs });
const endedRow = z.looseObject({ rowKey: z.string().regex(/^\d{13}:/) });

/** A statement at work; a sweep has to know no more of it. */
export interface ActiveStatement {
  id: string;
  createdAtMs: number;
  deadlineAtMs: number;
}

/** A statement that has ended, and when: the key of its row. */
export interface EndedStatement {
  id: string;
  completedAtMs: number;
}

/**
 * One row a statement, so that a sweep reads what is at work and what is old, and not all that is kept: under `active`
 * from its acceptance until a sweep has seen its end, then under `ended`, oldest first.
 * @throws {StorageUnavailableError}
 */
export class StatementIndex {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async addActive({ id, createdAtMs, deadlineAtMs }: ActiveStatement): Promise<void> {
    const table = await this.#storage.table(TABLE);
    const times = { createdAtMs: String(createdAtMs), deadlineAtMs: String(deadlineAtMs) };
    const row = { partitionKey: ACTIVE, rowKey: id, ...times };
    await storageCall(() => table.upsertEntity(row, 'Replace'));
  }

  async *active(): AsyncGenerator<ActiveStatement> {
    const table = await this.#storage.table(TABLE);
    for await (const row of storageRows(table, `PartitionKey eq '${ACTIVE}'`)) {
      const { rowKey: id, createdAtMs, deadlineAtMs } = activeRow.parse(row);
      yield { id, createdAtMs, deadlineAtMs };
    }
  }

  async removeActive(id: string): Promise<void> {
    await this.#remove(ACTIVE, id);
  }

  /** Moves a statement to those that have ended. */
  async end(ended: EndedStatement): Promise<void> {
    const table = await this.#storage.table(TABLE);
    await storageCall(() => table.upsertEntity({ partitionKey: ENDED, rowKey: endedKey(ended) }, 'Replace'));
    await this.removeActive(ended.id);
  }

  async *endedBefore(beforeMs: number): AsyncGenerator<EndedStatement> {
    const table = await this.#storage.table(TABLE);
    const before = endedKey({ id: '', completedAtMs: beforeMs });
    for await (const row of storageRows(table, `PartitionKey eq '${ENDED}' and RowKey lt '${before}'`)) {
      const { rowKey } = endedRow.parse(row);
      yield { id: rowKey.slice(TIME_DIGITS + 1), completedAtMs: Number(rowKey.slice(0, TIME_DIGITS)) };
    }
  }

  async removeEnded(ended: EndedStatement): Promise<void> {
    await this.#remove(ENDED, endedKey(ended));
  }

  async #remove(partition: string, rowKey: string): Promise<void> {
    const table = await this.#storage.table(TABLE);
    await storageCall(() => table.deleteEntity(partition, rowKey)).catch((error: unknown) => {
      if (storageStatus(error) !== 404) throw error;
    });
  }
}

function endedKey({ id, completedAtMs }: EndedStatement): string {
  return `${String(completedAtMs).padStart(TIME_DIGITS, '0')}:${id}`;
}
