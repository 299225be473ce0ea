import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface CallbackReceiver extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  /** The ids of the runs that it was told of, once for each time. */
  readonly runIds: string[];
}

/** A receiver of callbacks that refuses some of them. */
export async function startCallbackReceiver(refusalChance: number, random: () => number): Promise<CallbackReceiver> {
  const runIds: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const refused = random() < refusalChance;
      if (!refused) runIds.push((JSON.parse(body) as { id: string }).id);
      response.writeHead(refused ? 503 : 204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/done`,
    host,
    runIds,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
