import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { AppError } from '../../errors.ts';
import { chunksOf } from '../../storage/open-blob.ts';
import { blobCall, storageStatus, StorageUnavailableError, type Storage } from '../../storage/storage.ts';
import type { StatementRecord, StatementText } from './statement-record.ts';

const CONTAINER = 'gateway-statements';
const CONFLICT_TRIES = 20;

/** Too many others change the same statement at once. */
export class StatementConflictError extends AppError {
  override readonly name = 'StatementConflictError';
  constructor(id: string) {
    super(`Statement ${id} is being changed by too many at once.`, { code: 'STATEMENT_CONFLICT', retryable: true });
  }
}

/** Keeps asynchronous statements and their results, a folder of blobs each. @throws {StorageUnavailableError} */
export class StatementStore {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async create({ statement, parameters, ...record }: StatementRecord & StatementText): Promise<void> {
    // Without a condition: ids are unique, and a write whose response was lost is repeated.
    await upload(await this.#text(record.id), { statement, parameters }, {});
    await upload(await this.#record(record.id), record, {});
  }

  /** The text of a statement; `undefined` for one that is not there. */
  async text(id: string): Promise<StatementText | undefined> {
    // Records used to hold the text themselves.
    const found = (await read(await this.#text(id))) ?? (await read(await this.#record(id)));
    const kept = found?.value as Partial<StatementText> | undefined;
    return kept?.statement === undefined ? undefined : { statement: kept.statement, parameters: kept.parameters ?? [] };
  }

  async find(id: string): Promise<StatementRecord | undefined> {
    return (await read(await this.#record(id)))?.value as StatementRecord | undefined;
  }

  /**
   * Changes a statement with whatever others changed meanwhile taken into account; `change` gives `undefined` to leave
   * it. Gives the record as it is then; `undefined` for a statement that is not there.
   */
  async update(
    id: string,
    change: (record: StatementRecord) => Partial<StatementRecord> | undefined,
  ): Promise<StatementRecord | undefined> {
    for (let tries = 0; tries < CONFLICT_TRIES; tries++) {
      const blob = await this.#record(id);
      const found = await read(blob);
      if (found === undefined) return undefined;
      const before = found.value as StatementRecord;
      const changes = change(before);
      if (changes === undefined) return before;
      const record = { ...before, ...changes };
      try {
        await upload(blob, record, { ifMatch: found.etag });
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
      const next = await blobCall(() => blobs.next());
      if (next.done === true) return;
      await blobCall(() => container.getBlobClient(next.value.name).deleteIfExists());
    }
  }

  async #record(id: string): Promise<BlockBlobClient> {
    return (await this.#container()).getBlockBlobClient(`${id}/statement.json`);
  }

  async #text(id: string): Promise<BlockBlobClient> {
    return (await this.#container()).getBlockBlobClient(`${id}/request.json`);
  }

  #container(): Promise<ContainerClient> {
    return this.#storage.container(CONTAINER);
  }
}

async function read(blob: BlockBlobClient): Promise<{ value: unknown; etag: string } | undefined> {
  try {
    const { readableStreamBody, etag } = await blobCall(() => blob.download());
    return { value: JSON.parse(await textOf(readableStreamBody)) as unknown, etag: etag ?? '' };
  } catch (error) {
    if (storageStatus(error) === 404) return undefined;
    throw error;
  }
}

async function textOf(body: NodeJS.ReadableStream | undefined): Promise<string> {
  try {
    return body === undefined ? '' : await text(chunksOf(body as Readable));
  } catch (error) {
    throw new StorageUnavailableError(error);
  }
}

async function upload(blob: BlockBlobClient, value: object, conditions: { ifMatch?: string }): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(value));
  await blobCall(() =>
    blob.upload(bytes, bytes.length, { conditions, blobHTTPHeaders: { blobContentType: 'application/json' } }),
  );
}
