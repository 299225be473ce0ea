import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';

/** What a file of the page is sent as; names with other ends are not served. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** The codings that the build has made of each file, best first (RFC 9110 §8.4.1), and how their files' names end. */
const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** A file of the page, as it is and as the build has compressed it. */
export interface PageFile {
  contentType: string;
  /** A digest of what is in it. */
  digest: string;
  bytes: Buffer;
  compressed: Readonly<Partial<Record<'br' | 'gzip', Buffer>>>;
}

/** The files of the page by name. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Beside the bundle; for sources, what was built last. */
const FOLDER = new URL(import.meta.url.endsWith('.ts') ? '../../../../dist/monitor/' : './monitor/', import.meta.url);

let opened: Promise<PageFiles> | undefined;

/** All files of the page, read once a process, with the first request for one; none where it was not built. */
export function pageFiles(): Promise<PageFiles> {
  opened ??= readPageFiles(FOLDER).catch(() => {
    opened = undefined;
    return new Map<string, PageFile>();
  });
  return opened;
}

/** Reads the files of the page from the folder that it was built into. @throws Error where there is no such folder */
export async function readPageFiles(folder: URL): Promise<PageFiles> {
  const names = new Set(await readdir(folder));
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const contentType = CONTENT_TYPES[extname(name)];
    if (contentType === undefined) continue;
    const bytes = await readFile(new URL(name, folder));
    const compressed: Partial<Record<'br' | 'gzip', Buffer>> = {};
    for (const [coding, end] of CODINGS) {
      if (names.has(`${name}${end}`)) compressed[coding] = await readFile(new URL(`${name}${end}`, folder));
    }
    files.set(name, { contentType, digest: contentDigest(bytes), bytes, compressed });
  }
  return files;
}

/** A digest of what is sent, for its entity tag. */
export function contentDigest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
}

/** What to send of a file to a client that accepts these codings; `coding` is undefined for the file as it is. */
export function encoded(
  { bytes, compressed }: PageFile,
  acceptEncoding: string | null,
): { body: Buffer; coding: 'br' | 'gzip' | undefined } {
  for (const [coding] of CODINGS) {
    const body = compressed[coding];
    if (body !== undefined && accepts(acceptEncoding, coding)) return { body, coding };
  }
  return { body: bytes, coding: undefined };
}

/** RFC 9110 §12.5.3, of which a weight of nothing is all that matters here: a coding that is not named is not sent. */
function accepts(header: string | null, coding: string): boolean {
  return (header ?? '').split(',').some((item) => {
    const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter));
  });
}
