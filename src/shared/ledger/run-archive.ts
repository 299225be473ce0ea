import { storageCall, storageStatus, type Storage } from './storage.ts';

const CONTAINER = 'gateway-runs';

/**
 * Documents too large for a row, one blob each: request bodies, and the results of completed runs, which stay after
 * Databricks has forgotten them (60 days). Raises StorageUnavailableError.
 */
export class RunArchive {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Keeps a request body. The hash is part of the name, so two bodies under one key never overwrite each other. */
  async writeBody(id: string, bodyHash: string, text: string): Promise<void> {
    await this.#write(`${id}/request-${bodyHash}.json`, text);
  }

  async readBody(id: string, bodyHash: string): Promise<string | undefined> {
    return this.#read(`${id}/request-${bodyHash}.json`);
  }

  /** Keeps the outputs of a completed run, as JSON text. */
  async writeResult(id: string, text: string): Promise<void> {
    await this.#write(`${id}/result.json`, text);
  }

  async readResult(id: string): Promise<string | undefined> {
    return this.#read(`${id}/result.json`);
  }

  /** Deletes all that is kept of a run. */
  async remove(id: string): Promise<void> {
    const container = await this.#storage.container(CONTAINER);
    const blobs = container.listBlobsFlat({ prefix: `${id}/` });
    for await (const blob of blobs) await storageCall(() => container.deleteBlob(blob.name));
  }

  async #write(name: string, text: string): Promise<void> {
    const container = await this.#storage.container(CONTAINER);
    const bytes = Buffer.from(text);
    await storageCall(() =>
      container
        .getBlockBlobClient(name)
        .upload(bytes, bytes.length, { blobHTTPHeaders: { blobContentType: 'application/json' } }),
    );
  }

  async #read(name: string): Promise<string | undefined> {
    const container = await this.#storage.container(CONTAINER);
    try {
      return (await storageCall(() => container.getBlockBlobClient(name).downloadToBuffer())).toString();
    } catch (error) {
      if (storageStatus(error) === 404) return undefined;
      throw error;
    }
  }
}
