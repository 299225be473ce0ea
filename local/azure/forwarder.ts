import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { EmulatedRequest } from '../emulator/emulator.ts';

/** Passes requests on to one http server and its responses back, untouched and streamed. */
export interface Forwarder extends Disposable {
  forward(request: EmulatedRequest): Promise<void>;
}

/** A forwarder to the server at `target`, an origin like `http://127.0.0.1:10000`. */
export function createForwarder(target: string): Forwarder {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  return {
    async forward({ incoming, response }) {
      const outgoing = httpRequest({
        agent,
        hostname,
        port,
        method: incoming.method,
        // The path as it came: shared-key signatures are made over it. So is the Host header, for the links in responses.
        path: incoming.url,
        headers: incoming.rawHeaders,
      });
      response.once('close', () => outgoing.destroy());
      const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
      try {
        const sent = pipeline(incoming, outgoing);
        // The response may come before the whole body is sent, and may be all that there is to say.
        const [answer] = await Promise.race([answered, sent.then(() => answered)]);
        sent.catch(() => undefined);
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
        await pipeline(answer, response);
      } catch {
        // Whichever side failed, the other sees a cut connection, as it would without a proxy between.
        outgoing.destroy();
        incoming.socket.destroy();
      }
    },
    [Symbol.dispose]() {
      agent.destroy();
    },
  };
}
