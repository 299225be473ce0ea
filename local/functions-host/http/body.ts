import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

/** Azure's host refuses longer request bodies (`ScriptConstants.DefaultMaxRequestBodySize`). */
export const MAXIMUM_BODY_BYTES = 104_857_600;

/** @throws `HttpError` 413 if the request declares too long a body. */
export function refuseLongBody(request: IncomingMessage): void {
  if (Number(request.headers['content-length'] ?? 0) > MAXIMUM_BODY_BYTES)
    throw new HttpError(413, `the body is longer than ${MAXIMUM_BODY_BYTES} bytes`);
}

/** The whole body. @throws `HttpError` 413 if it is too long, and if the client goes away. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  refuseLongBody(request);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAXIMUM_BODY_BYTES) throw new HttpError(413, `the body is longer than ${MAXIMUM_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
