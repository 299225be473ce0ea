import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClientConnection, connectionOf } from '../../../src/shared/streaming/client-connection.ts';

const server = createServer();
let port = 0;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => server.close());

/** A client, and the connection to it as the gateway finds it. */
async function connect(id: string) {
  const outgoing = httpRequest({ port, headers: { 'x-ms-invocation-id': id } }).end();
  outgoing.on('error', () => undefined);
  const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  const connection: ClientConnection = connectionOf(id);
  return { outgoing, response, connection };
}

test('a client that leaves before the answer is noticed', async () => {
  const { outgoing, connection } = await connect('leaves');
  expect(connection.signal.aborted).toBe(false);
  outgoing.destroy();
  await expect.poll(() => connection.signal.aborted).toBe(true);
  expect(connection.signal.reason).toMatchObject({ code: 'CLIENT_GONE' });
});

test('a client that got all of its answer has not left', async () => {
  const { outgoing, response, connection } = await connect('stays');
  response.end('whole');
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  incoming.resume();
  await once(incoming, 'end');
  outgoing.destroy();
  expect(connection.signal.aborted).toBe(false);
});

test('a client that does not read holds the writer up until it reads again', async () => {
  const { outgoing, response, connection } = await connect('slow');
  const signal = new AbortController().signal;
  const [incoming] = await Promise.all([
    once(outgoing, 'response').then(([incoming]) => incoming as IncomingMessage),
    Promise.resolve(response.flushHeaders()),
  ]);
  for (let megabyte = 0; megabyte < 64; megabyte++) response.write(Buffer.alloc(1024 * 1024));
  let isDrained = false;
  const drained = connection.drained(signal).then(() => (isDrained = true));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isDrained).toBe(false);
  incoming.resume();
  await drained;
  response.end();
});

test('a cut delivers what was written and then breaks off', async () => {
  const { outgoing, response, connection } = await connect('cut');
  const [incoming] = await Promise.all([
    once(outgoing, 'response').then(([incoming]) => incoming as IncomingMessage),
    Promise.resolve(response.flushHeaders()),
  ]);
  response.write('{"error":{}}\n');
  let text = '';
  incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const failed = once(incoming, 'error').then(([error]) => error as NodeJS.ErrnoException);
  await connection.cut();
  expect((await failed).code).toBe('ECONNRESET');
  expect(text).toBe('{"error":{}}\n');
});

test('an invocation whose request never came by is left alone', async () => {
  const connection = connectionOf('unknown');
  await connection.drained(connection.signal);
  await expect(connection.cut()).rejects.toMatchObject({ code: 'CLIENT_GONE' });
});
