import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Notes when each callback came; a callback is how a caller of the gateway learns of an end without asking. */
export async function startCallbackClock() {
  const notifiedAtMs = new Map<string, number>();
  const server = createServer((request, response) => {
    const nowMs = Date.now();
    void text(request).then((body) => {
      notifiedAtMs.set((JSON.parse(body) as { id: string }).id, nowMs);
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { notifiedAtMs, host, url: `http://${host}/`, [Symbol.dispose]: () => server.close() };
}
