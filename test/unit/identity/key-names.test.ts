import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequest } from '@azure/functions';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { AppContext } from '../../../src/shared/context.ts';
import { callerOf } from '../../../src/shared/http/caller.ts';
import { KeyNames } from '../../../src/shared/identity/key-names.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

/** What a host lists, as Azure's key management API does, to the master key. */
const listed: Record<string, Record<string, string>> = {};
let requests: string[] = [];
let answer: ((response: ServerResponse) => void) | undefined;
let acceptedMasterKey = 'master';
let masterKey = 'master';
let nowMs = 0;
let names: KeyNames;
let origin = '';

const server = createServer((request, response) => {
  requests.push(request.url ?? '');
  const keys = listed[request.url ?? ''];
  if (answer !== undefined) answer(response);
  else if (request.headers['x-functions-key'] !== acceptedMasterKey) response.writeHead(401).end();
  else if (keys === undefined) response.writeHead(404).end();
  else
    response.end(JSON.stringify({ keys: Object.entries(keys).map(([name, value]) => ({ name, value })), links: [] }));
});

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

beforeEach(() => {
  listed['/admin/host/keys'] = { default: 'key-1', etl: 'key-2' };
  listed['/admin/functions/get-run/keys'] = { reader: 'key-3' };
  requests = [];
  answer = undefined;
  acceptedMasterKey = masterKey = 'master';
  names = new KeyNames({
    masterKey: {
      get: () => Promise.resolve(masterKey),
      drop: () => {
        masterKey = acceptedMasterKey;
      },
    },
    log: createLog({ sink: () => {}, redactor: createRedactor() }),
    now: () => nowMs,
  });
});

const nameOf = (key: string, functionName = 'get-run') => names.nameOf(key, { origin, functionName });

it('calls a key by its name, asking the host once', async () => {
  expect(await nameOf('key-1')).toBe('default');
  expect(await nameOf('key-2')).toBe('etl');
  expect(await nameOf('key-3')).toBe('get-run/reader');
  expect(await nameOf('key-3')).toBe('get-run/reader');
  expect(await nameOf('master')).toBe('_master');
  expect(requests).toEqual(['/admin/host/keys', '/admin/functions/get-run/keys']);
});

it('knows a renewed key, by the master key after that has been renewed too', async () => {
  await nameOf('key-2');
  listed['/admin/host/keys'] = { etl: 'key-4' };
  acceptedMasterKey = 'renewed';
  nowMs += 1_000;

  expect(await nameOf('key-4')).toBe('etl');
});

it('does not know who calls with a key that is not listed, and does not ask for each such request', async () => {
  const unavailable = { code: 'KEY_NAMES_UNAVAILABLE', retryable: true, retryAfterMs: 1_000 };
  await nameOf('key-1');
  requests = [];
  nowMs += 1_000;

  for (let count = 0; count < 10; count += 1) {
    await expect(nameOf(`unknown-${count}`, 'list-runs')).rejects.toMatchObject(unavailable);
  }
  expect(requests).toEqual(['/admin/host/keys', '/admin/functions/list-runs/keys']);
});

it.each<[what: string, given: (response: ServerResponse) => void]>([
  ['fails', (response) => response.writeHead(500).end()],
  ['refuses the master key', (response) => response.writeHead(403).end()],
  ['hangs up', (response) => response.destroy()],
  ['lists no keys', (response) => response.end('{}')],
  ['lists without end', (response) => response.end(`{"keys":[${'1,'.repeat(200_000)}1]}`)],
])('goes on with the names it knows while the host %s, and gives nobody another identity', async (_what, given) => {
  await nameOf('key-1');
  answer = given;
  nowMs += 10 * 60_000;

  expect(await nameOf('key-1')).toBe('default');
  await expect(nameOf('key-9')).rejects.toMatchObject({ code: 'KEY_NAMES_UNAVAILABLE' });
});

it('sends the master key to this machine and to the platform’s name of the app alone', async () => {
  const request = new HttpRequest({
    method: 'GET',
    url: 'https://gw.example/api/runs',
    headers: { 'x-functions-key': 'key-1' },
  });
  const app = {
    config: { auth: { mode: 'keys' } },
    keyNames: names,
    tokenVerifier: undefined,
  } as unknown as AppContext;
  const calls = (hostOrigin: string) =>
    callerOf(request, app, { functionName: 'list-runs', hostOrigin: () => hostOrigin });

  expect(await calls(origin)).toMatchObject({ kind: 'key', id: 'default', name: 'default' });
  await expect(calls('https://elsewhere.example')).rejects.toMatchObject({ code: 'KEY_NAMES_UNAVAILABLE' });
});
