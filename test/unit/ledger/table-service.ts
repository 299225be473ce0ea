import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that the service got. */
export interface TableRequest {
  method: string;
  /** Decoded, without the account's name. */
  path: string;
  query: URLSearchParams;
  body: string;
}

/** What it answers: a page of rows, or a status, with or without its code; undefined for no response at all. */
export interface TableAnswer {
  status?: number;
  code?: string;
  rows?: Record<string, unknown>[];
  nextRowKey?: string;
  /** The text of a page of something that stands in between, and no response of storage at all. */
  foreign?: string;
}

export interface TableService extends AsyncDisposable {
  connectionString: string;
  requests: TableRequest[];
}

/** All responses of storage have one. */
const REQUEST_ID = { 'x-ms-request-id': '0' };

/**
 * A service of tables and blobs that behaves as a test says: what Azure does and its emulator never shows. Tables and
 * containers can be made.
 */
export async function startTableService(
  answer: (request: TableRequest) => TableAnswer | undefined,
): Promise<TableService> {
  const requests: TableRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { pathname, searchParams: query } = new URL(incoming.url ?? '/', 'http://localhost');
      const path = decodeURIComponent(pathname.replace('/account', ''));
      if (path === '/Tables' || (incoming.method === 'PUT' && query.get('restype') === 'container')) {
        response.writeHead(path === '/Tables' ? 204 : 201, REQUEST_ID).end();
        return;
      }
      const request = { method: incoming.method ?? '', path, query, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      const told = answer(request);
      if (told !== undefined) send(response, told);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/account`;
  const key = Buffer.from('planted').toString('base64');
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=${key};TableEndpoint=${url};BlobEndpoint=${url};`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function send(response: ServerResponse, { status, code, rows, nextRowKey, foreign }: TableAnswer): void {
  if (foreign !== undefined) {
    response.writeHead(status ?? 200, { 'content-type': 'text/html' }).end(foreign);
    return;
  }
  const headers: Record<string, string> = {
    'content-type': 'application/json;odata=minimalmetadata',
    ...REQUEST_ID,
  };
  if (nextRowKey !== undefined) {
    headers['x-ms-continuation-NextPartitionKey'] = 'run';
    headers['x-ms-continuation-NextRowKey'] = nextRowKey;
  }
  if (code !== undefined) headers['x-ms-error-code'] = code;
  const error = code === undefined ? undefined : { 'odata.error': { code, message: { lang: 'en-US', value: code } } };
  const body = rows === undefined ? error : { value: rows };
  response.writeHead(status ?? 200, headers).end(body === undefined ? undefined : JSON.stringify(body));
}
