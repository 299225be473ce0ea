import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { RunDocument } from '../../../src/shared/domain/run-document.ts';

/** Somebody who is called back. */
export interface Receiver extends AsyncDisposable {
  /** As `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly received: { request: IncomingMessage; document: RunDocument }[];
}

/** Answers as `answer` does, else 204. */
export async function startReceiver(answer?: (response: ServerResponse) => void): Promise<Receiver> {
  const received: Receiver['received'] = [];
  const server = createServer((request, response) => {
    void json(request).then((document) => {
      received.push({ request, document: document as RunDocument });
      if (answer === undefined) response.writeHead(204).end();
      else answer(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
