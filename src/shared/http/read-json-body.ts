import type { HttpRequest } from '@azure/functions';
import { JsonDepthError, JsonSizeError, JsonSyntaxError, parseJson } from '../json.ts';
import { ProblemError } from './problem.ts';

/** The Jobs API refuses larger bodies. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * Far above any body that Databricks takes; reading, checking and writing one of them takes a fraction of a second
 * each.
 */
const BOUNDS = { maxDepth: 100, maxValues: 150_000, maxLongNumbers: 20_000 };

/**
 * Reads and parses a body, digits kept.
 * @throws {ProblemError} 415 for another content type than JSON or a content coding, 413 beyond 10 MB
 * (whatever Content-Length says), 400 for what is not a JSON object, is nested over 100 levels or has more names and
 * values than a body can mean.
 */
export async function readJsonBody(request: HttpRequest): Promise<Record<string, unknown>> {
  return parseJsonObject(await readText(request));
}

/**
 * Reads a body and parses it as any JSON value, digits kept.
 * @throws {ProblemError} as `readJsonBody`, but for what the value is
 */
export async function readJsonValue(request: HttpRequest): Promise<unknown> {
  return parseJsonValue(await readText(request));
}

/** As `readJsonBody`; no body at all is `{}`, where there is nothing that a caller must say. */
export async function readOptionalJsonBody(request: HttpRequest): Promise<Record<string, unknown>> {
  const text = await readText(request);
  return text === '' ? {} : parseJsonObject(text);
}

/** Parses a JSON object, digits kept. @throws {ProblemError} 400. */
export function parseJsonObject(text: string): Record<string, unknown> {
  const body = parseJsonValue(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const errors = [{ path: '', message: 'Expected a JSON object.' }];
    throw new ProblemError('INVALID_BODY', 'The body is not a JSON object.', { errors });
  }
  return body as Record<string, unknown>;
}

/** Parses any JSON value, digits kept. @throws {ProblemError} 400. */
export function parseJsonValue(text: string): unknown {
  try {
    return parseJson(text, BOUNDS);
  } catch (error) {
    if (error instanceof JsonDepthError) throw new ProblemError('JSON_TOO_DEEP', error.message);
    if (error instanceof JsonSizeError) throw new ProblemError('JSON_TOO_LARGE', error.message);
    if (error instanceof JsonSyntaxError) throw new ProblemError('INVALID_JSON', 'The body is not valid JSON.');
    throw error;
  }
}

async function readText(request: HttpRequest): Promise<string> {
  const isCoded = !/^\s*(?:identity\s*)?$/i.test(request.headers.get('content-encoding') ?? '');
  const isJson = !isCoded && isJsonType(request.headers.get('content-type'));
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      // What is too large is still read, and dropped: a client that is cut off while it sends never sees the response.
      if (bytes > MAX_DRAINED_BYTES) break;
      if (isJson && bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== 'ECONNRESET') throw error;
    // The client is gone and reads no response, and it is no failure of the gateway's that its log should name.
    throw new ProblemError('CLIENT_GONE', 'The client went away before its body was whole.');
  }
  if (bytes > 0 && isCoded) {
    throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', 'The body has to come as it is, without Content-Encoding.');
  }
  if (bytes > 0 && !isJson) {
    throw new ProblemError('UNSUPPORTED_MEDIA_TYPE', 'The body has to come as content type application/json.');
  }
  if (bytes > MAX_BODY_BYTES) {
    throw new ProblemError('BODY_TOO_LARGE', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new ProblemError('INVALID_JSON', 'The body is not UTF-8.');
  }
}

/**
 * Any JSON type, with parameters or without. Nothing else is taken for JSON, and no type at all neither: those are
 * what a page of another site can make a browser send.
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
function isJsonType(contentType: string | null): boolean {
  return /^\s*application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

/** The Functions host itself refuses more. */
const MAX_DRAINED_BYTES = 100 * 1024 * 1024;
