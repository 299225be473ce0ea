import type { ContainerClient } from '@azure/storage-blob';
import { openBlob, type OpenBlob } from '../storage/open-blob.ts';
import { blobCall, storageStatus, type Storage } from '../storage/storage.ts';

const CONTAINER = 'gateway-runs';

const DELETED_AT_ONCE = 20;

/** What storage names in one response at most. */
const MAX_PAGE_SIZE = 5_000;

/** What a task run left behind in one attempt of a run. Attempts of a run may share task runs, never what is kept. */
export interface OutputKey {
  id: string;
  attempt: number;
  taskRunId: string;
}

/** A JSON object as UTF-8; `notebookAt` is the offset of its last member's value, where that is `notebook_output`. */
export interface OutputText {
  bytes: Uint8Array;
  notebookAt: number | null;
}

/**
 * Documents too large for a row, one blob each: request bodies, and what the tasks of completed runs left behind, which
 * stays after Databricks has forgotten it (60 days).
 * @throws {StorageUnavailableError}
 */
export class RunArchive {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Keeps a request body. The hash is part of the name, so two bodies under one key never overwrite each other. */
  async writeBody(id: string, bodyHash: string, text: string): Promise<void> {
    await this.#write(`${id}/request-${bodyHash}.json`, Buffer.from(text));
  }

  async readBody(id: string, bodyHash: string): Promise<string | undefined> {
    return this.#read(`${id}/request-${bodyHash}.json`);
  }

  async writeOutput(key: OutputKey, { bytes, notebookAt }: OutputText): Promise<void> {
    await this.#write(outputName(key), bytes, notebookAt === null ? {} : { notebookat: String(notebookAt) });
  }

  /** The task runs of an attempt whose outputs are kept. */
  async keptOutputs({ id, attempt }: Omit<OutputKey, 'taskRunId'>): Promise<Set<string>> {
    const prefix = outputsPrefix(id, attempt);
    const kept = new Set<string>();
    for await (const names of namesUnder(await this.#container(), prefix, MAX_PAGE_SIZE)) {
      for (const name of names) kept.add(name.slice(prefix.length).replace(/\.json$/, ''));
    }
    return kept;
  }

  /** Begins to read an output, undefined where none is kept. Whoever opens it reads it to its end or closes it. */
  async openOutput(key: OutputKey, signal: AbortSignal): Promise<OpenBlob | undefined> {
    return openBlob((await this.#container()).getBlockBlobClient(outputName(key)), signal);
  }

  /** The whole output as JSON text, undefined where none is kept. */
  async readOutput(key: OutputKey): Promise<string | undefined> {
    return this.#read(outputName(key));
  }

  /** Keeps which iterations a for-each task had, as JSON text. */
  async writeIterations(key: OutputKey, text: string): Promise<void> {
    await this.#write(iterationsName(key), Buffer.from(text));
  }

  async readIterations(key: OutputKey): Promise<string | undefined> {
    return this.#read(iterationsName(key));
  }

  /** Keeps the notification of the end of an attempt, as JSON text. */
  async writeEnd(id: string, attempt: number, text: string): Promise<void> {
    await this.#write(endName(id, attempt), Buffer.from(text));
  }

  async readEnd(id: string, attempt: number): Promise<string | undefined> {
    return this.#read(endName(id, attempt));
  }

  /** Deletes all that is kept of a run. */
  async remove(id: string): Promise<void> {
    const container = await this.#container();
    for await (const names of namesUnder(container, `${id}/`, DELETED_AT_ONCE)) {
      await Promise.all(names.map((name) => blobCall(() => container.getBlobClient(name).deleteIfExists())));
    }
  }

  #container(): Promise<ContainerClient> {
    return this.#storage.container(CONTAINER);
  }

  async #write(name: string, bytes: Uint8Array, metadata: Record<string, string> = {}): Promise<void> {
    const blob = (await this.#container()).getBlockBlobClient(name);
    const blobHTTPHeaders = { blobContentType: 'application/json' };
    await blobCall(() => blob.upload(bytes, bytes.length, { blobHTTPHeaders, metadata }));
  }

  async #read(name: string): Promise<string | undefined> {
    const container = await this.#container();
    try {
      return (await blobCall(() => container.getBlockBlobClient(name).downloadToBuffer())).toString();
    } catch (error) {
      if (storageStatus(error) === 404) return undefined;
      throw error;
    }
  }
}

function outputsPrefix(id: string, attempt: number): string {
  return `${id}/outputs-${attempt}/`;
}

function outputName({ id, attempt, taskRunId }: OutputKey): string {
  return `${outputsPrefix(id, attempt)}${taskRunId}.json`;
}

function iterationsName({ id, attempt, taskRunId }: OutputKey): string {
  return `${id}/iterations-${attempt}/${taskRunId}.json`;
}

function endName(id: string, attempt: number): string {
  return `${id}/end-${attempt}.json`;
}

/** The names of all blobs under a prefix, page by page. */
async function* namesUnder(container: ContainerClient, prefix: string, maxPageSize: number): AsyncGenerator<string[]> {
  const pages = container.listBlobsFlat({ prefix }).byPage({ maxPageSize });
  for (;;) {
    const page = await blobCall(() => pages.next());
    if (page.done === true) return;
    yield page.value.segment.blobItems.map(({ name }) => name);
  }
}
