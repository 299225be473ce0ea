import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A response that takes everything and sends nothing, so that the handler runs as if it were heard. */
export function unheardResponse(incoming: IncomingMessage): ServerResponse {
  const response = new ServerResponse(incoming);
  const sink = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  // The server does this for its own connections; without it a response that is streamed stops at the first full buffer.
  sink.on('drain', () => response.emit('drain'));
  response.assignSocket(sink as Socket);
  return response;
}
