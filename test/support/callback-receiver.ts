import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Takes the callbacks of a gateway, each with 200. */
export interface CallbackReceiver {
  /** Its host and port, as `CALLBACK_ALLOWED_HOSTS` has them. */
  readonly host: string;
  /** Resolves with the document of the next callback to a path. */
  next(path: string): Promise<unknown>;
}

/** Starts a receiver on a free port; it keeps no process alive. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
  const awaited = new Map<string, (document: unknown) => void>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      awaited.get(request.url ?? '')?.(JSON.parse(body));
      response.writeHead(200).end();
    });
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: (path) => new Promise((resolve) => awaited.set(path, resolve)),
  };
}
