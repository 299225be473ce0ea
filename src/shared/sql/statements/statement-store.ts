import { text } from 'node:stream/consumers';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { AppError } from '../../errors.ts';
import { storageCall, storageStatus, StorageUnavailableError, type Storage } from '../../ledger/storage.ts';
import type { StatementRecord } from './statement-record.ts';

const CONTAINER = 'gateway-statements';
const CONFLICT_TRIES = 20;

/** Too many others change the same statement at once. */
export class StatementConflictError extends AppError {
  override readonly name = 'StatementConflictError';
  constructor(id: string) {
    super(`Statement ${id} is being changed by too many at once.`, { code: 'STATEMENT_CONFLICT', retryable: true });
  }
}

/** Keeps asynchronous statements and their results, a folder of blobs each. Raises StorageUnavailableError. */
export class StatementStore {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async create(record: StatementRecord): Promise<void> {
    const blob = await this.#record(record.id);
    // Without a condition: ids are unique, and a write whose answer was lost is repeated.
    await upload(blob, record, {});
  }

  async find(id: string): Promise<StatementRecord | undefined> {
    return (await this.#read(id))?.record;
  }

  /**
   * Changes a statement with whatever others changed meanwhile taken into account; `change` gives `undefined` to leave it.
   * Gives the record as it is then; `undefined` for a statement that is not there.
   */
  async update(
    id: string,
    change: (record: StatementRecord) => Partial<StatementRecord> | undefined,
  ): Promise<StatementRecord | undefined> {
    for (let tries = 0; tries < CONFLICT_TRIES; tries++) {
      const found = await this.#read(id);
      if (found === undefined) return undefined;
      const changes = change(found.record);
      if (changes === undefined) return found.record;
      const record = { ...found.record, ...changes };
      try {
        await upload(await this.#record(id), record, { ifMatch: found.etag });
        return record;
      } catch (error) {
        if (storageStatus(error) !== 412) throw error;
      }
    }
    throw new StatementConflictError(id);
  }

  /** The blob for a statement's rows. */
  async resultBlob(blobName: string): Promise<BlockBlobClient> {
    return (await this.#container()).getBlockBlobClient(blobName);
  }

  /** Deletes all that is kept of a statement. */
  async remove(id: string): Promise<void> {
    const container = await this.#container();
    const blobs = container.listBlobsFlat({ prefix: `${id}/` });
    for (;;) {
      const next = await storageCall(() => blobs.next());
      if (next.done === true) return;
      await storageCall(() => container.getBlobClient(next.value.name).deleteIfExists());
    }
  }

  async #read(id: string): Promise<{ record: StatementRecord; etag: string } | undefined> {
    const blob = await this.#record(id);
    try {
      const { readableStreamBody, etag } = await storageCall(() => blob.download());
      return { record: JSON.parse(await textOf(readableStreamBody)) as StatementRecord, etag: etag ?? '' };
    } catch (error) {
      if (storageStatus(error) === 404) return undefined;
      throw error;
    }
  }

  async #record(id: string): Promise<BlockBlobClient> {
    return (await this.#container()).getBlockBlobClient(`${id}/statement.json`);
  }

  #container(): Promise<ContainerClient> {
    return this.#storage.container(CONTAINER);
  }
}

async function textOf(body: NodeJS.ReadableStream | undefined): Promise<string> {
  try {
    return body === undefined ? '' : await text(body);
  } catch (error) {
    throw new StorageUnavailableError(error);
  }
}

async function upload(blob: BlockBlobClient, record: StatementRecord, conditions: { ifMatch?: string }): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(record));
  await storageCall(() =>
    blob.upload(bytes, bytes.length, { conditions, blobHTTPHeaders: { blobContentType: 'application/json' } }),
  );
}
