import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { MAXIMUM_BODY_BYTES } from './body.ts';

/** Headers of one connection, not of the message. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

function withoutHopByHop(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

/** Forwards requests to the HTTP server of a worker that streams, and its responses back, holding no more of a body than a few buffers. */
export class Forwarder implements Disposable {
  readonly #base: URL;
  readonly #agent = new http.Agent({ keepAlive: true });

  /** `httpUri` is the worker's `HttpUri` capability. */
  constructor(httpUri: string) {
    this.#base = new URL(httpUri);
    if (this.#base.hostname === 'localhost') this.#base.hostname = '127.0.0.1';
  }

  /**
   * Starts forwarding. `responded` resolves when the response was sent whole and rejects when it was not (the client or the worker went away).
   * `abort` ends the worker's side.
   */
  forward(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    invocationId: string,
  ): { responded: Promise<void>; abort(): void } {
    const upstream = http.request(new URL(url.pathname + url.search, this.#base), {
      agent: this.#agent,
      method: request.method,
      headers: {
        ...withoutHopByHop(request.headers),
        'x-ms-invocation-id': invocationId,
        'x-forwarded-host': request.headers.host ?? url.host,
        'x-forwarded-proto': 'http',
      },
    });
    const abort = (): void => {
      upstream.destroy();
    };
    // The client's leaving must reach the app: its request stream errors, its response closes.
    response.once('close', () => {
      if (!response.writableFinished) abort();
    });
    request.once('error', abort);
    limitBody(request, response, abort);
    request.pipe(upstream);
    return { responded: respond(upstream, response), abort };
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

/** Cuts a body off that turns out longer than Azure's host takes. */
function limitBody(request: IncomingMessage, response: ServerResponse, abort: () => void): void {
  if (request.headers['content-length'] !== undefined) return;
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAXIMUM_BODY_BYTES) return;
    request.unpipe();
    request.resume();
    abort();
    if (response.headersSent) response.destroy();
    else response.writeHead(413).end();
  });
}

async function respond(upstream: http.ClientRequest, response: ServerResponse): Promise<void> {
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve);
    upstream.once('error', reject);
    upstream.once('close', () => reject(new Error('the request was aborted')));
  });
  upstream.on('error', (error) => reply.destroy(error));
  const { 'x-ms-invocation-id': _id, 'transfer-encoding': _encoding, ...headers } = withoutHopByHop(reply.headers);
  response.writeHead(reply.statusCode ?? 502, headers);
  response.flushHeaders();
  await pipeline(reply, response);
}
