import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../context.ts';
import { runOrchestrationsOf } from '../durable/durable-client.ts';
import { json, type Call } from '../http/handler.ts';
import { baseUrl } from '../http/links.ts';
import { ProblemError } from '../http/problem.ts';
import { readJsonValue } from '../http/read-json-body.ts';
import { serveMcp } from './serve-mcp.ts';

/** @see https://www.jsonrpc.org/specification#error_object */
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;

/** What cannot be read as JSON, or not within bounds. */
const UNREADABLE: ReadonlySet<string> = new Set(['INVALID_JSON', 'JSON_TOO_DEEP', 'JSON_TOO_LARGE']);

/**
 * Handles a request to the endpoint of the Model Context Protocol: one message a request, one JSON document a response.
 * Nothing is kept from one request to the next.
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 * @throws {ProblemError} 403 for a page of another site, 413 and 415 as every route that takes a body
 */
export async function mcpResponse(request: HttpRequest, context: AppContext, call: Call): Promise<HttpResponseInit> {
  checkOrigin(request, context);
  if (request.method !== 'POST')
    return { ...rpcError(405, INVALID_REQUEST, 'The endpoint takes POST alone.'), headers: NOT_ALLOWED };
  let message: unknown;
  try {
    message = await readJsonValue(request);
  } catch (error) {
    if (error instanceof ProblemError && UNREADABLE.has(error.code)) return rpcError(400, PARSE_ERROR, error.message);
    throw error;
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return rpcError(400, INVALID_REQUEST, 'Expected one JSON-RPC message; there are no batches.');
  const { method, id } = message as { method?: unknown; id?: unknown };
  // Its response would be a stream without an end, of changes that there are none of.
  if (method === 'subscriptions/listen') return rpcError(404, METHOD_NOT_FOUND, 'There are no subscriptions.', id);
  const orchestrations = runOrchestrationsOf(call.invocation);
  return serveMcp(message, { request, context, call: { ...call, source: 'mcp' }, orchestrations });
}

const NOT_ALLOWED = { 'content-type': 'application/json', allow: 'POST' };

function rpcError(status: number, code: number, text: string, id?: unknown): HttpResponseInit {
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  return json(status, { jsonrpc: '2.0', id: known, error: { code, message: text } });
}

/**
 * A browser names the page that sends a request; no other client has an Origin.
 * @throws {ProblemError} 403 where the page is none of the gateway's
 */
function checkOrigin(request: HttpRequest, context: AppContext): void {
  const origin = request.headers.get('origin');
  if (origin === null || origin === new URL(baseUrl(request, context)).origin) return;
  throw new ProblemError('ORIGIN_NOT_ALLOWED', 'Pages of other sites may not call the gateway.');
}
