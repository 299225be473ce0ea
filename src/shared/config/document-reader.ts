import { createReadStream, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBounded } from '../net/read-bounded.ts';

/** A megabyte is a hundred times what anybody writes by hand. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;

/** The document cannot be had, or not be read. The message goes before operators; it quotes nothing of the document. */
export class DocumentUnreadableError extends Error {
  override readonly name = 'DocumentUnreadableError';
}

/** Reads a document as it is now. @throws {DocumentUnreadableError}, and the signal's reason */
export type DocumentReader = (signal: AbortSignal) => Promise<string>;

/** Reads a file; a path that is not absolute starts at the folder that holds the app's `host.json`. */
export function fileReader(path: string): DocumentReader {
  return async (signal) => {
    const file = createReadStream(resolve(appFolder(), path), { signal });
    try {
      return textOf(await readBounded(file as AsyncIterable<Uint8Array>, MAX_DOCUMENT_BYTES));
    } catch (error) {
      signal.throwIfAborted();
      const { code } = error as { code?: unknown };
      if (typeof code !== 'string') throw error;
      throw new DocumentUnreadableError(`cannot be read: ${code}.`, { cause: error });
    }
  };
}

/**
 * @throws {DocumentUnreadableError} for `undefined`, which stands for more bytes than are read, and for what is no
 * UTF-8
 */
export function textOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) throw new DocumentUnreadableError(`is larger than ${MAX_DOCUMENT_BYTES} bytes.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DocumentUnreadableError('is not UTF-8.', { cause: error });
  }
}

/** The source of a module and the bundle's files are at different depths below it. */
function appFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(resolve(folder, 'host.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new DocumentUnreadableError('cannot be read: the app has no host.json.');
    folder = parent;
  }
  return folder;
}
