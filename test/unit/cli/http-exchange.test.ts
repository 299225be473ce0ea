import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InterruptedError, UnreachableError } from '../../../cli/failures.ts';
import { exchange, readText } from '../../../cli/http-exchange.ts';

let server: Server;
let url: URL;

/** A gateway whose responses begin and do not end. */
beforeEach(async () => {
  server = createServer((_request, response) => void response.write('{"rows":['));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it('ends by the reason of who leaves while a document is still coming', async () => {
  const leaving = new AbortController();
  const { signal } = leaving;
  const response = await exchange(url, { method: 'GET', headers: {}, signal });

  const text = readText(response, { maxBytes: 1_000, signal });
  leaving.abort(new InterruptedError('left'));

  await expect(text).rejects.toThrow(InterruptedError);
});

it('says that a document broke off, and that one is too long', async () => {
  const [broken, long] = await Promise.all([
    exchange(url, { method: 'GET', headers: {} }),
    exchange(url, { method: 'GET', headers: {} }),
  ]);

  await expect(readText(long, { maxBytes: 5 })).rejects.toThrow('more than 5 bytes');
  const text = readText(broken, { maxBytes: 1_000 });
  server.closeAllConnections();

  await expect(text).rejects.toThrow(UnreachableError);
});
