import type { Readable } from 'node:stream';
import type { BlockBlobClient } from '@azure/storage-blob';
import { blobCall, storageCall, storageStatus } from './storage.ts';

/** A blob that is being read. */
export interface OpenBlob {
  metadata: Readonly<Record<string, string>>;
  /** The bytes as they come; raises StorageUnavailableError. */
  chunks(): AsyncGenerator<Uint8Array>;
  /** The bytes from an offset to the end, read anew; raises StorageUnavailableError. */
  chunksFrom(offset: number): AsyncGenerator<Uint8Array>;
  /** Gives up what has not been read. */
  close(): void;
}

/** Begins to read a blob; undefined where there is none. Raises StorageUnavailableError and the signal's reason. */
export async function openBlob(blob: BlockBlobClient, signal: AbortSignal): Promise<OpenBlob | undefined> {
  const download = (offset: number) => blobCall(() => blob.download(offset, undefined, { abortSignal: signal }));
  try {
    const { metadata = {}, readableStreamBody } = await download(0);
    const body = readableStreamBody as Readable;
    // Raised where the chunks are read; a blob that nobody reads any more may fail as it likes.
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

async function* chunksOf(body: Readable): AsyncGenerator<Uint8Array> {
  const chunks = body.iterator() as NodeJS.AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const next = await storageCall(() => chunks.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    body.destroy();
  }
}
