import type { Dispatcher } from 'undici';
import { isLoopback } from '../config/service-url.ts';
import { readBounded } from '../net/read-bounded.ts';
import { WarehouseFailedError, WarehouseUnavailableError } from './sql-error.ts';

/** Reads the files that large results come in, by the links that the workspace gives. */
export interface ResultFiles {
  /**
   * Reads a whole file; `announcedBytes` is its size as the workspace reported it. The workspace's token is not sent,
   * and nothing that is thrown shows the link, which is a credential by itself.
   * @throws {WarehouseFailedError} where the link may not be followed or the file is refused or too large, {@link
   * WarehouseUnavailableError} where the storage does not respond
   */
  read(link: string, options?: { announcedBytes?: number | undefined; headers?: unknown }): Promise<Uint8Array>;
}

/** A file of a result: Databricks makes them of some 20 MB. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 120_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** What is read of a response that is not the file. */
const MAX_REFUSAL_BYTES = 64 * 1024;
const TRIES = 3;

/**
 * Where Azure keeps results, in its public and its national clouds.
 * @see https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
 */
const STORAGE_HOST =
  /^[a-z0-9-]+(?:\.z\d{1,2})?\.(?:blob|dfs)\.(?:core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)|storage\.azure\.net)$/;

let opening: Promise<Dispatcher> | undefined;

/**
 * The files of a workspace: `https:` links to Azure's storage or to the workspace itself; from a workspace on this
 * machine, to this machine. A storage account may have a private address (Private Link), since its certificate says who
 * it is; the platform's own addresses, as that of the metadata service, are never connected to.
 */
export function resultFiles(workspaceUrl: string): ResultFiles {
  const workspace = new URL(workspaceUrl);
  return {
    async read(link, { announcedBytes, headers } = {}) {
      const url = followable(link, workspace);
      if (url === undefined) throw new WarehouseFailedError('A part of the result is linked to where it may not be.');
      // A count may leave out what frames the rows, so that more than it is no error by itself.
      const expectedBytes = announcedBytes === undefined || announcedBytes === 0 ? MAX_FILE_BYTES : announcedBytes;
      const maxBytes = Math.min(MAX_FILE_BYTES, 2 * expectedBytes + 1024 * 1024);
      for (let tries = 1; ; tries++) {
        try {
          return await readOnce(url, maxBytes, storageHeaders(headers));
        } catch (error) {
          if (error instanceof WarehouseFailedError) throw error;
          if (tries === TRIES) throw new WarehouseUnavailableError('A part of the result cannot be fetched.', error);
        }
      }
    },
  };
}

/** The URL of a link that may be followed. */
function followable(link: string, workspace: URL): URL | undefined {
  const url = URL.parse(link);
  if (url === null || url.username !== '' || url.password !== '') return undefined;
  const isLocal = isLoopback(workspace.hostname);
  if (isLocal && isLoopback(url.hostname) && /^https?:$/.test(url.protocol)) return url;
  const isKnown =
    url.port === '' ? STORAGE_HOST.test(url.hostname) || url.host === workspace.host : url.host === workspace.host;
  return url.protocol === 'https:' && isKnown ? url : undefined;
}

async function openDispatcher(): Promise<Dispatcher> {
  const { Agent } = await import('../net/undici.ts');
  const { guardedConnector } = await import('../net/guarded-connector.ts');
  return new Agent({
    connect: guardedConnector({ timeoutMs: CONNECT_TIMEOUT_MS, mayBePrivate: () => true }),
    connections: 16,
  });
}

async function readOnce(url: URL, maxBytes: number, headers: Record<string, string>): Promise<Uint8Array> {
  const { request } = await import('../net/undici.ts');
  const dispatcher = await (opening ??= openDispatcher());
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  // Redirects are not followed, and nothing is unpacked: a small response cannot become a large one.
  const response = await request(url, { dispatcher, signal, headers: { ...headers, 'accept-encoding': 'identity' } });
  const { statusCode, body } = response;
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (statusCode !== 200 || encoding !== 'identity') {
    // So that the connection can be used again.
    await body.dump({ limit: MAX_REFUSAL_BYTES, signal }).catch(() => undefined);
    if (statusCode >= 500) throw new Error(`The storage responded with ${statusCode}.`);
    const reason = statusCode === 200 ? 'compressed' : `responded with ${statusCode}`;
    throw new WarehouseFailedError(`A part of the result was ${reason}.`, undefined, statusCode);
  }
  const file = await readBounded(body as AsyncIterable<Uint8Array>, maxBytes);
  if (file === undefined) throw new WarehouseFailedError(`A part of the result is larger than ${maxBytes} bytes.`);
  return file;
}

/** Of what a server wants to be sent along, that which storage services know. */
function storageHeaders(headers: unknown): Record<string, string> {
  const entries = Object.entries(typeof headers === 'object' && headers !== null ? headers : {});
  return Object.fromEntries(
    entries.filter(
      (entry): entry is [string, string] => /^x-ms-[a-z-]{1,60}$/i.test(entry[0]) && typeof entry[1] === 'string',
    ),
  );
}
