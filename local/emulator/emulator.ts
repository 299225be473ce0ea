import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { commonControls, ControlError, type Control } from './control-plane.ts';
import { databricksFaultResponse, type FaultResponse } from './fault-response.ts';
import { Faults, type Fault } from './faults.ts';
import { RequestCounts } from './request-counts.ts';
import { unheardResponse } from './unheard-response.ts';

const CONTROL_PREFIX = '/_emulator/';
const DEFAULT_MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Far over any client's own idle time, so that a pooled connection is never closed under a request. */
const KEEP_ALIVE_TIMEOUT_MS = 120_000;

/** A request, its body read unless bodies are streamed. */
export interface EmulatedRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  /** The whole body; empty when the emulator streams bodies. */
  body: Buffer;
  incoming: IncomingMessage;
  response: ServerResponse;
}

/** What an emulator is started with. */
export interface EmulatorOptions {
  /** @default 0, a free port */
  port?: number;
  /** PEM; absent means plain http. */
  tls?: { key: string; cert: string };
  /** The bearer token of the control plane. */
  token: string;
  /** The operation's name in faults and counts; `''` is neither counted nor matched by name. */
  operationOf(request: EmulatedRequest): string;
  /** Writes `request.response`; resolves when the response is complete. */
  handle(request: EmulatedRequest): Promise<void>;
  /** More `/_emulator/<name>` routes: what they return is sent as JSON, a {@link ControlError} as its status. */
  controls?: Record<string, Control<EmulatedRequest>>;
  /** The error body of a `status` fault, in the words of the service; by default Databricks' `{ error_code, message }`. */
  faultResponse?: (fault: Fault, operation: string) => FaultResponse;
  /** Larger bodies get a 413. @default 64 MiB */
  maxBodyBytes?: number;
  /** Leaves the body to be read from `request.incoming`. @default false */
  streamBodies?: boolean;
  /** Given where several servers are one service: they share faults and counts. */
  faults?: Faults;
  counts?: RequestCounts;
}

/** A running emulator; disposing of it cuts its connections and frees its port. */
export interface Emulator extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** Sends JSON and ends the response. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  sendText(response, status, JSON.stringify(body), headers);
}

function sendText(response: ServerResponse, status: number, text: string, headers: Record<string, string>): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/**
 * Starts an HTTP(S) server on 127.0.0.1 with faults, request counts and a control plane under `/_emulator/`.
 * @throws Error when the port is taken
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const faults = options.faults ?? new Faults();
  const counts = options.counts ?? new RequestCounts();
  const controls: Record<string, Control<EmulatedRequest>> = { ...commonControls(faults, counts), ...options.controls };
  const origin = options.tls !== undefined ? 'https://localhost' : 'http://127.0.0.1';

  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    respond(incoming, response).catch((error: unknown) => fail(response, error));
  };
  const server = options.tls !== undefined ? createHttpsServer(options.tls, onRequest) : createHttpServer(onRequest);
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.requestTimeout = 0;

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(`${selfUrl}${incoming.url ?? '/'}`);
    const isControl = url.pathname.startsWith(CONTROL_PREFIX);
    const body =
      options.streamBodies === true && !isControl
        ? Buffer.alloc(0)
        : await readBody(incoming, options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES);
    if (body === undefined) {
      sendJson(response, 413, { error_code: 'MAX_REQUEST_SIZE_EXCEEDED', message: 'The request body is too large.' });
      return;
    }
    const request = { method: incoming.method ?? 'GET', url, headers: incoming.headers, body, incoming, response };
    if (isControl) await control(request);
    else await serve(request);
  }

  async function control(request: EmulatedRequest): Promise<void> {
    try {
      if (request.headers.authorization !== `Bearer ${options.token}`)
        throw new ControlError(401, 'The control plane takes the emulator token as bearer token.');
      const [name = '', ...rest] = request.url.pathname.slice(CONTROL_PREFIX.length).split('/');
      const route = Object.hasOwn(controls, name) ? controls[name] : undefined;
      if (route === undefined) throw new ControlError(404, `There is no /_emulator/${name}.`);
      sendJson(request.response, 200, (await route(request, rest.join('/'))) ?? {});
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      sendJson(request.response, error.status, { error_code: error.errorCode, message: error.message });
    }
  }

  async function serve(request: EmulatedRequest): Promise<void> {
    const operation = options.operationOf(request);
    if (operation !== '') countOnce(request.response, (status) => counts.add(operation, status));
    const { delayMs, fault } = faults.strike({ operation, method: request.method, path: request.url.pathname });
    if (delayMs > 0) await delay(delayMs);
    switch (fault?.kind) {
      case undefined:
      case 'delay':
        await options.handle(request);
        return;
      case 'reset':
        request.incoming.socket.destroy();
        return;
      case 'lost_response':
        try {
          await options.handle({ ...request, response: unheardResponse(request.incoming) });
        } finally {
          request.incoming.socket.destroy();
        }
        return;
      case 'garbage':
        request.response.writeHead(200, { 'content-type': 'application/json', ...retryAfter(fault) });
        request.response.end('<<not json \u0000\u001f');
        return;
      case 'status': {
        const { body, headers } = (options.faultResponse ?? databricksFaultResponse)(fault, operation);
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        sendText(request.response, fault.status, text, { ...headers, ...retryAfter(fault) });
      }
    }
  }

  const port = await listen(server, options.port ?? 0);
  const selfUrl = `${origin}:${port}`;
  return {
    url: selfUrl,
    port,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is in use.`, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** The body, or undefined when it is over the limit (the rest is read and dropped). */
async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

/** Counts as the headers leave, so that a client that has its response finds it counted; a cut connection counts as 0. */
function countOnce(response: ServerResponse, count: (status: number) => void): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    const written = writeHead(status, ...rest);
    count(status);
    return written;
  };
  response.once('close', () => {
    if (!response.headersSent) count(0);
  });
}

function retryAfter(fault: Fault): Record<string, string> {
  return fault.retry_after === undefined ? {} : { 'retry-after': String(fault.retry_after) };
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  console.error(error);
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { error_code: 'INTERNAL_ERROR', message: String(error) });
}
