import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeError, type Log, systemEntry } from '../log.ts';
import { HttpError } from './http-error.ts';

/** Handles a request that the front has accepted. */
export type Handle = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** What the front is opened with. */
export interface FrontOptions {
  port: number;
  log: Log;
}

const KEEP_ALIVE_MS = 130_000;

/** An HTTP server on 127.0.0.1 whose requests wait until it is opened and are refused once it drains. */
export class Front {
  readonly #server: http.Server;
  readonly #log: Log;
  readonly #opened = Promise.withResolvers<Handle>();
  #active = 0;
  #isDraining = false;

  constructor({ log }: Pick<FrontOptions, 'log'>) {
    this.#log = log;
    this.#server = http.createServer((request, response) => void this.#serve(request, response));
    // A streamed upload takes as long as it takes.
    this.#server.requestTimeout = 0;
    // As Kestrel's: a client that reuses a connection must not meet one that is just being closed.
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Requests that have had no response yet. */
  get active(): number {
    return this.#active;
  }

  /** @throws when the port is taken. */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /** Lets requests in. */
  open(handle: Handle): void {
    this.#opened.resolve(handle);
  }

  /** Takes no more connections; requests on the open ones get a 503. */
  drain(): void {
    this.#isDraining = true;
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  close(): void {
    this.drain();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#active++;
    response.once('close', () => {
      this.#active--;
    });
    // What is left of a body that nobody wanted is taken, so that the client can end it and use the connection again.
    response.once('finish', () => {
      if (request.complete) return;
      request.unpipe();
      request.resume();
    });
    if (this.#isDraining) {
      response.writeHead(503, { connection: 'close' }).end();
      return;
    }
    try {
      const handle = await this.#opened.promise;
      const url = parseUrl(request);
      await handle(request, response, url);
    } catch (error) {
      this.#fail(request, response, error);
    }
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const status = error instanceof HttpError ? error.status : 500;
    if (!(error instanceof HttpError) && !request.destroyed)
      this.#log(
        systemEntry(
          'error',
          `${request.method ?? ''} ${new URL(request.url ?? '/', 'http://localhost').pathname}: ${describeError(error)}`,
        ),
      );
    if (response.headersSent) {
      response.destroy();
      return;
    }
    request.resume();
    const problem = { type: 'about:blank', status, ...(error instanceof HttpError ? { detail: error.message } : {}) };
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify(problem));
  }
}

/** A host name or address with or without a port; Azure's host refuses anything else before a function sees it. */
const HOST_HEADER = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i;

function parseUrl(request: IncomingMessage): URL {
  const { host } = request.headers;
  if (host !== undefined && !HOST_HEADER.test(host)) throw new HttpError(400, 'the Host header names no host');
  try {
    const origin = `http://${host ?? 'localhost'}`;
    const target = request.url ?? '/';
    // Two slashes at the beginning are a path here, and not the host of another address.
    return target.startsWith('/') ? new URL(origin + target) : new URL(target, origin);
  } catch (error) {
    throw new HttpError(400, 'the request target is not a URL', { cause: error });
  }
}
