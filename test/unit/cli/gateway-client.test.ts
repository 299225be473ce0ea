import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ProblemResponse, UnreachableError } from '../../../cli/failures.ts';
import { GatewayClient } from '../../../cli/gateway-client.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A client of a gateway that responds so, on a clock on which only pauses take time; `pauses`: in milliseconds. */
async function clientOf(respond: RequestListener) {
  const gateway = (server = createServer(respond));
  const { promise, resolve } = Promise.withResolvers<void>();
  gateway.listen(0, '127.0.0.1', resolve);
  await promise;
  const pauses: number[] = [];
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const client = new GatewayClient(
    { url, headers: {}, retryMs: 10_000 },
    { now: () => pauses.reduce((sum, ms) => sum + ms, 0), sleep: async (ms) => void pauses.push(ms) },
  );
  return { client, pauses };
}

const READ = { method: 'GET', path: 'runs', isRepeatable: true } as const;

it.each(['0', '-5', ''])('pauses before it asks again where the response says to come after "%s"', async (after) => {
  const { client, pauses } = await clientOf((_request, response) =>
    response.writeHead(503, { 'retry-after': after }).end('{}'),
  );

  await expect(client.read(READ)).rejects.toThrow(ProblemResponse);

  expect(pauses).toHaveLength(20);
  expect(Math.min(...pauses)).toBe(500);
});

it('waits as long as the response says', async () => {
  let requests = 0;
  const { client, pauses } = await clientOf((_request, response) => {
    if (++requests < 3) response.writeHead(429, { 'retry-after': '3' }).end('{}');
    else response.end('{"runs":[]}\n');
  });

  expect(await client.read(READ)).toEqual({ status: 200, text: '{"runs":[]}' });
  expect(pauses).toEqual([3_000, 3_000]);
});

it('reads again what broke off, where the request may be repeated, and no other', async () => {
  let requests = 0;
  const { client } = await clientOf((_request, response) => {
    if (++requests % 2 === 0) return void response.end('{"runs":[]}');
    response.write('{"runs":[', () => response.destroy());
  });

  expect(await client.read(READ)).toEqual({ status: 200, text: '{"runs":[]}' });
  await expect(client.read({ ...READ, method: 'POST', isRepeatable: false })).rejects.toThrow(UnreachableError);
  expect(requests).toBe(3);
});
