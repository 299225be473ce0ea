import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { resultFiles } from '../../../src/shared/sql/result-files.ts';
import { ask, clientOf, rowsOf } from './local-warehouse.ts';
import { startOddServer } from './odd-server.ts';

const WORKSPACE = 'https://adb-1.1.azuredatabricks.net';
const LOCAL = 'http://127.0.0.1:1';
const SECRET = 'sig=PLANTED';
const MEGABYTE = Buffer.alloc(1024 * 1024);

const asked: IncomingMessage[] = [];
let sentMegabytes = 0;

function* forEver() {
  for (; ; sentMegabytes++) yield MEGABYTE;
}

const pages: Record<string, (response: ServerResponse) => unknown> = {
  '/file': (response) => response.end('rows'),
  '/arrow': (response) => response.end(tableToIPC(tableFromArrays({ a: [7] }), 'stream')),
  '/redirect': (response) => response.writeHead(302, { location: '/file' }).end(),
  '/bomb': (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(MEGABYTE)),
  '/endless': (response) => pipeline(Readable.from(forEver(), { objectMode: false }), response).catch(() => undefined),
  '/forbidden': (response) => response.writeHead(403).end(),
  '/down': (response) => response.writeHead(503).end(),
};

const server = createServer((request, response) => {
  asked.push(request);
  void pages[request.url?.split('?')[0] ?? '']?.(response);
});
let origin: string;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  asked.length = 0;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a link to rows', () => {
  test.each([
    'http://a.blob.core.windows.net/x',
    'http://127.0.0.1/x',
    'https://127.0.0.1/x',
    'https://169.254.169.254/metadata',
    'https://evil.example/x',
    'https://blob.core.windows.net.evil.example/x',
    'https://evilblob.core.windows.net/x',
    'https://a.blob.core.windows.net.evil.example/x',
    'https://a.blob.core.windows.net:8443/x',
    'https://user:pass@a.blob.core.windows.net/x',
    'https://adb-1.1.azuredatabricks.net:8443/x',
    'https://adb-2.2.azuredatabricks.net/x',
    'data:text/plain,rows',
    'file:///etc/passwd',
    'nonsense',
    '',
  ])('is not followed to %s', async (link) => {
    await expect(resultFiles(WORKSPACE).read(link)).rejects.toMatchObject({
      code: 'WAREHOUSE_FAILED',
      message: 'A part of the result is linked to where it may not be.',
    });
  });

  test('is read from this machine for a workspace on this machine only', async () => {
    expect(Buffer.from(await resultFiles(LOCAL).read(`${origin}/file`)).toString()).toBe('rows');
    await expect(resultFiles(WORKSPACE).read(`${origin}/file`)).rejects.toMatchObject({ code: 'WAREHOUSE_FAILED' });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' });
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each([
    ['a redirect', '/redirect', 'WAREHOUSE_FAILED', 1],
    ['what has to be unpacked', '/bomb', 'WAREHOUSE_FAILED', 1],
    ['a refusal', '/forbidden', 'WAREHOUSE_FAILED', 1],
    ['what never ends', '/endless', 'WAREHOUSE_FAILED', 1],
    ['a storage that is down', '/down', 'WAREHOUSE_UNAVAILABLE', 3],
  ])('fails for %s, and shows itself nowhere', async (_name, path, code, times) => {
    sentMegabytes = 0;
    const error: unknown = await resultFiles(LOCAL)
      .read(`${origin}${path}?${SECRET}`, { announcedBytes: 1_000 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(asked.map(({ url }) => url)).toEqual(Array(times).fill(`${path}?${SECRET}`));
    expect(sentMegabytes).toBeLessThan(30);
    expect(`${(error as Error).stack} ${((error as Error).cause as Error | undefined)?.stack}`).not.toContain(SECRET);
  });
});

describe('links that come over Thrift', () => {
  const withLinks = async (links: string[]) => {
    const columns = [{ name: 'a', type: 'DOUBLE_TYPE' as const, values: [] }];
    const server = await startOddServer({ protocolVersion: 0xa508, answer: () => ({ columns, links }) });
    return { server, client: clientOf(server.port) };
  };

  test('are read by the same rules', async () => {
    const { server, client } = await withLinks([`${origin}/arrow`, `${origin}/arrow`]);
    await using _server = server;
    await using _client = client;
    expect((await rowsOf(client, 'SELECT a')).rows).toEqual([[7], [7]]);
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each(['/redirect', '/bomb'])('fail for %s', async (path) => {
    const { server, client } = await withLinks([`${origin}${path}`]);
    await using _server = server;
    await using _client = client;
    await expect(ask(client, 'SELECT a')).rejects.toMatchObject({ code: 'WAREHOUSE_FAILED' });
    expect(asked.every(({ url }) => url === path)).toBe(true);
  });

  test('are not followed off this machine', async () => {
    const { server, client } = await withLinks(['http://evil.example/x']);
    await using _server = server;
    await using _client = client;
    await expect(ask(client, 'SELECT a')).rejects.toMatchObject({ code: 'WAREHOUSE_FAILED' });
  });
});
