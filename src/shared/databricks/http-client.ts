import { pipeline } from 'node:stream';
import { createBrotliDecompress, createUnzip, createZstdDecompress } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { readBounded } from '../net/read-bounded.ts';

/** A run's output is at most 10 MB of text (5 MB of result, 5 MB of logs) before JSON escapes it. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/** A request to Databricks. */
export interface HttpRequest {
  url: URL;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers: Record<string, string>;
  body?: string | undefined;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** A response whose body has been read. */
export interface HttpResponse {
  status: number;
  /** The first value of a header; names in lower case. */
  header: (name: string) => string | undefined;
  text: string;
}

/** No response came. `code` is the system's or undici's own word, as `ECONNRESET`. */
export class NoResponseError extends Error {
  override readonly name = 'NoResponseError';
  readonly code: string;
  constructor(code: string, cause: unknown) {
    super(`No response: ${code}`, { cause });
    this.code = code;
  }
}

/** The response was given up because it was larger than any that can be meant. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
  constructor() {
    super(`The response is larger than ${MAX_RESPONSE_BYTES} bytes.`);
  }
}

/** What connections are taken from; made when the first one is needed. */
export type OpenDispatcher = () => Promise<Dispatcher>;

/**
 * Connections to a workspace: kept open between calls, bounded in number. The HTTP client is loaded with the first call:
 * accepting a run needs none.
 */
export function workspaceDispatcher(): OpenDispatcher {
  let opening: Promise<Dispatcher> | undefined;
  const open = async () => {
    const { Agent } = await import('../net/undici.ts');
    return new Agent({
      connections: 64,
      connect: { timeout: 10_000 },
      // Shorter than a load balancer's: a connection that the other side is about to close is not used.
      keepAliveTimeout: 10_000,
      allowH2: false,
    });
  };
  return () => (opening ??= open());
}

/**
 * Sends one request and reads its whole response, bounded in time and bytes. Redirects are not followed.
 * @throws {NoResponseError}
 * @throws {ResponseTooLargeError}
 * @throws the signal's reason when it is aborted
 */
export async function sendRequest(open: OpenDispatcher, options: HttpRequest): Promise<HttpResponse> {
  const { url, method, headers, body, timeoutMs, signal } = options;
  const { request } = await import('../net/undici.ts');
  const dispatcher = await open();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await request(url, {
      dispatcher,
      method,
      headers,
      body: body ?? null,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    return {
      status: response.statusCode,
      header: (name) => [response.headers[name]].flat()[0],
      text: await readText(decoded(response.body, [response.headers['content-encoding']].flat().join())),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ResponseTooLargeError || error instanceof NoResponseError) throw error;
    throw new NoResponseError(timeout.aborted ? 'TIMEOUT' : codeOf(error), error);
  }
}

/**
 * The body without its content coding. None is asked for, but a server may choose one all the same (RFC 9110 §12.5.3).
 * What it grows to is bounded by whoever reads it, piece by piece.
 */
function decoded(body: Dispatcher.ResponseData['body'], coding: string): AsyncIterable<Uint8Array> {
  const name = coding.trim().toLowerCase();
  if (name === '' || name === 'identity') return body as AsyncIterable<Uint8Array>;
  const decoder = DECODERS[name];
  if (decoder === undefined) {
    body.destroy();
    throw new NoResponseError('CONTENT_CODING', `The response has the content coding ${name.slice(0, 100)}.`);
  }
  // The reader learns of failures from the last stream.
  return pipeline(body, decoder(), () => {});
}

const DECODERS: Readonly<Record<string, (() => NodeJS.ReadWriteStream & AsyncIterable<Uint8Array>) | undefined>> = {
  gzip: createUnzip,
  'x-gzip': createUnzip,
  deflate: createUnzip,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const bytes = await readBounded(body, MAX_RESPONSE_BYTES);
  if (bytes === undefined) throw new ResponseTooLargeError();
  return new TextDecoder().decode(bytes);
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return [code, cause?.code].find((value) => typeof value === 'string') ?? 'UNKNOWN';
}
