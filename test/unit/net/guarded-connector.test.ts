import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Agent, request } from 'undici';
import { guardedConnector, type Resolve } from '../../../src/shared/net/guarded-connector.ts';

let reached: string[] = [];
const server = createServer((incoming, response) => {
  reached.push(incoming.headers.host ?? '');
  response.end();
});
let port: number;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Answers one list of addresses after the other, the last for ever. */
function resolving(...answers: string[][]): { resolve: Resolve; asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = (hostname, callback) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { resolve, asked };
}

async function call(host: string, options: { resolve?: Resolve; isPrivate?: boolean }): Promise<unknown> {
  reached = [];
  const { resolve, isPrivate = false } = options;
  const connect = guardedConnector({
    timeoutMs: 2_000,
    mayBePrivate: (origin) => isPrivate && origin.port === String(port),
    ...(resolve === undefined ? {} : { resolve }),
  });
  const dispatcher = new Agent({ connect });
  try {
    return (await request(`http://${host}:${port}/`, { dispatcher })).statusCode;
  } catch (error) {
    return (error as { code?: unknown }).code;
  } finally {
    await dispatcher.destroy();
  }
}

it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254', '0.0.0.0'])(
  'makes no connection to %s, which needs no look-up',
  async (host) => {
    expect(await call(host, {})).toBe('ADDRESS_REFUSED');
    expect(reached).toEqual([]);
  },
);

it('makes no connection to a name where any of its addresses is private', async () => {
  const { resolve } = resolving(['8.8.8.8', '127.0.0.1']);

  expect(await call('api.example.com', { resolve })).toBe('ADDRESS_REFUSED');
  expect(reached).toEqual([]);
});

it('connects to the address that it has looked at, and asks for none twice', async () => {
  const { resolve, asked } = resolving(['127.0.0.1'], ['169.254.169.254']);

  expect(await call('hooks.internal.example', { resolve, isPrivate: true })).toBe(200);
  expect(asked).toEqual(['hooks.internal.example']);
  expect(reached).toEqual([`hooks.internal.example:${port}`]);
});

it.each([['169.254.169.254'], ['168.63.129.16'], ['::ffff:169.254.169.254']])(
  'never reaches %s, even for a host that may be private',
  async (address) => {
    const { resolve } = resolving([address]);

    expect(await call('hooks.internal.example', { resolve, isPrivate: true })).toBe('ADDRESS_REFUSED');
  },
);
