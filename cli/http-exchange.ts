import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { TooLongError, UnreachableError } from './failures.ts';

/** A request to the gateway. */
export interface OutgoingRequest {
  method: string;
  headers: Record<string, string>;
  body?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Sends a request, and returns the response when its head has come, however long that takes: `fetch` would give up on a
 * statement after five minutes.
 * @throws {UnreachableError} no response came
 * @throws the signal's reason
 */
export function exchange(url: URL, { method, headers, body, signal }: OutgoingRequest): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestTls : requestPlain;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  signal?.throwIfAborted();
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request(url, {
    method,
    headers: { ...headers, ...length },
    ...(signal === undefined ? {} : { signal }),
  });
  sent.once('response', resolve);
  sent.once('error', (error: NodeJS.ErrnoException) => {
    // The message names the address, and an address may hold what is not to be shown.
    const unreachable = new UnreachableError(`No response from the gateway: ${error.code ?? error.name}.`);
    reject(signal?.aborted === true ? (signal.reason as Error) : unreachable);
  });
  sent.end(body);
  return promise;
}

/**
 * The text of a response.
 * @throws {UnreachableError} it broke off
 * @throws {TooLongError}
 * @throws the signal's reason
 */
export async function readText(
  response: IncomingMessage,
  { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal | undefined },
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new TooLongError(`The response has more than ${maxBytes} bytes: use --json.`);
      chunks.push(chunk);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof TooLongError ? error : new UnreachableError('The response of the gateway broke off.');
  }
  return Buffer.concat(chunks).toString('utf8');
}
