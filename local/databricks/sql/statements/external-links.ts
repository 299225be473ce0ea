import { createHmac, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { isEqualInConstantTime } from '../../../emulator/constant-time.ts';
import type { Clock } from '../../clock.ts';
import type { ResultFormat } from './statement-request.ts';

/** How long a link is good for; Databricks promises at most a quarter of an hour. */
const LINK_LIFETIME_MS = 15 * 60_000;

const CONTENT_TYPES: Record<ResultFormat, string> = {
  JSON_ARRAY: 'application/json',
  ARROW_STREAM: 'application/vnd.apache.arrow.stream',
  CSV: 'text/csv',
};

/** A file that a link leads to. */
export interface LinkedFile {
  path: string;
  format: ResultFormat;
}

/** The cloud storage of large results: whoever holds a link reads the file, until the link expires, and without `Authorization`. */
export interface ExternalLinks extends AsyncDisposable {
  /** A link to a chunk of a statement's result. */
  link(statementId: string, chunkIndex: number): { url: string; expiration: string };
}

/** Serves the files that `find` knows on a port of its own, as storage is a host of its own. */
export async function openExternalLinks(
  clock: Clock,
  find: (statementId: string, chunkIndex: number) => LinkedFile | undefined,
): Promise<ExternalLinks> {
  const key = randomBytes(32);
  const sign = (path: string, expiry: string): string =>
    createHmac('sha256', key).update(`${path}\n${expiry}`).digest('base64url');

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const expiry = url.searchParams.get('se') ?? '';
    if (request.headers.authorization !== undefined)
      return refuse(
        response,
        400,
        'InvalidAuthenticationInfo',
        'A link carries its own authentication; send no Authorization header.',
      );
    if (!isEqualInConstantTime(url.searchParams.get('sig') ?? '', sign(url.pathname, expiry)))
      return refuse(response, 403, 'AuthenticationFailed', 'Signature did not match.');
    if (Date.parse(expiry) <= clock.now())
      return refuse(response, 403, 'AuthenticationFailed', 'Signature not valid in the specified time frame.');
    const [, statementId = '', chunk = ''] = url.pathname.split('/');
    const file = find(statementId, Number(chunk));
    if (file === undefined) return refuse(response, 404, 'BlobNotFound', 'The specified blob does not exist.');
    response.writeHead(200, { 'content-type': CONTENT_TYPES[file.format] });
    await pipeline(createReadStream(file.path), response);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    link(statementId, chunkIndex) {
      const expiration = new Date(clock.now() + LINK_LIFETIME_MS).toISOString();
      const path = `/${statementId}/${chunkIndex}`;
      const query = new URLSearchParams({ se: expiration, sig: sign(path, expiration) }).toString();
      return { url: `http://127.0.0.1:${port}${path}?${query}`, expiration };
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}
