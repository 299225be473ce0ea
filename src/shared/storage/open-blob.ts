import type { Readable } from 'node:stream';
import type { BlockBlobClient } from '@azure/storage-blob';
import { blobCall, storageCall, storageStatus, StorageUnavailableError } from './storage.ts';

/** A blob that is being read. */
export interface OpenBlob {
  metadata: Readonly<Record<string, string>>;
  /** The bytes as they come. @throws {StorageUnavailableError} */
  chunks(): AsyncGenerator<Uint8Array>;
  /** The bytes from an offset to the end, read anew. @throws {StorageUnavailableError} */
  chunksFrom(offset: number): AsyncGenerator<Uint8Array>;
  /** Gives up what has not been read. */
  close(): void;
}

/** Begins to read a blob; undefined where there is none. @throws {StorageUnavailableError} and the signal's reason. */
export async function openBlob(blob: BlockBlobClient, signal: AbortSignal): Promise<OpenBlob | undefined> {
  const download = (offset: number) => blobCall(() => blob.download(offset, undefined, { abortSignal: signal }));
  try {
    const { metadata = {}, readableStreamBody } = await download(0);
    const body = readableStreamBody as Readable;
    // Thrown where the chunks are read; a blob that is not read any more may fail as it likes.
    body.on('error', () => undefined);
    return {
      metadata,
      chunks: () => chunksOf(body),
      chunksFrom: async function* (offset) {
        yield* chunksOf((await download(offset)).readableStreamBody as Readable);
      },
      close: () => body.destroy(),
    };
  } catch (error) {
    if (storageStatus(error) === 404) return undefined;
    throw error;
  }
}

/**
 * A blob whose bytes stop coming for so long does not come at all: the client bounds the time to its first byte only.
 */
const MAX_SILENCE_MS = 30_000;

/** The bytes of a download as they come; however slow the reader is. @throws {StorageUnavailableError} */
export async function* chunksOf(body: Readable): AsyncGenerator<Uint8Array> {
  const chunks = body.iterator() as NodeJS.AsyncIterator<Uint8Array>;
  const onSilence = () => body.destroy(new StorageUnavailableError(new Error(`Silent for ${MAX_SILENCE_MS} ms.`)));
  try {
    for (;;) {
      const silence = setTimeout(onSilence, MAX_SILENCE_MS);
      const next = await storageCall(() => chunks.next()).finally(() => clearTimeout(silence));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    body.destroy();
  }
}
