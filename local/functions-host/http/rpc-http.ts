import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import {
  bytesOfRpcData,
  jsonData,
  type RpcCookie,
  type RpcHttp,
  type RpcNullable,
  type RpcTypedData,
} from '../worker/rpc-data.ts';

/** An incoming request to an HTTP function, body aside. */
export interface FunctionRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  params: Record<string, string>;
}

function joined(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function nullable(values: Record<string, string>): Record<string, RpcNullable<string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

/** The query with the values of a repeated name joined by commas, as ASP.NET joins them. */
function queryOf(url: URL): Record<string, string> {
  return Object.fromEntries(
    [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name).join(',')]),
  );
}

/**
 * The query and the route's parameters by name, regardless of case, as the host's binding data has them: the query comes first, so that its spelling of a
 * name stays, and the route's values win.
 */
function bindingData({ url, params }: FunctionRequest): Record<string, string> {
  const data = new Map<string, { name: string; value: string }>();
  for (const [name, value] of [...Object.entries(queryOf(url)), ...Object.entries(params)])
    data.set(name.toLowerCase(), { name: data.get(name.toLowerCase())?.name ?? name, value });
  return Object.fromEntries([...data.values()].map(({ name, value }) => [name, value]));
}

/** The trigger metadata of an HTTP invocation: the binding data, `Query` and `Headers`. An app that streams takes its `params` from it. */
export function httpMetadata(request: FunctionRequest): Record<string, RpcTypedData> {
  return {
    ...Object.fromEntries(Object.entries(bindingData(request)).map(([name, value]) => [name, { string: value }])),
    Query: jsonData(queryOf(request.url)),
    Headers: jsonData(joined(request.headers)),
  };
}

/** The trigger's input when the body travels with it. */
export function rpcRequest(request: FunctionRequest, body: Buffer): RpcTypedData {
  return {
    http: {
      method: request.method,
      url: request.url.href,
      nullableHeaders: nullable(joined(request.headers)),
      nullableParams: nullable(request.params),
      nullableQuery: nullable(queryOf(request.url)),
      ...(body.length > 0 ? { body: { bytes: body } } : {}),
    },
  };
}

const SAME_SITE: Record<string, string> = {
  lax: 'Lax',
  strict: 'Strict',
  explicitnone: 'None',
  '1': 'Lax',
  '2': 'Strict',
  '3': 'None',
};

function expiry(value: unknown): string {
  const seconds = (value as { seconds?: unknown } | null)?.seconds;
  const date = seconds === undefined ? new Date(value as string) : new Date(Number(seconds) * 1000);
  return date.toUTCString();
}

function serializeCookie(cookie: RpcCookie): string {
  const site = SAME_SITE[String(cookie.sameSite).toLowerCase()];
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  if (cookie.maxAge?.value != null) parts.push(`max-age=${cookie.maxAge.value}`);
  if (cookie.domain?.value) parts.push(`domain=${cookie.domain.value}`);
  parts.push(`path=${cookie.path?.value ?? '/'}`);
  if (cookie.expires?.value != null) parts.push(`expires=${expiry(cookie.expires.value)}`);
  if (cookie.secure?.value === true) parts.push('secure');
  if (cookie.httpOnly?.value === true) parts.push('httponly');
  if (site) parts.push(`samesite=${site.toLowerCase()}`);
  return parts.join('; ');
}

/** Sends what an HTTP function returned; without a response of its own the function gives a 204. */
export function sendRpcResponse(response: ServerResponse, rpc: RpcHttp | null | undefined): void {
  if (rpc == null) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(rpc.headers ?? {})) response.setHeader(name, value);
  if (rpc.cookies != null && rpc.cookies.length > 0) response.setHeader('set-cookie', rpc.cookies.map(serializeCookie));
  response.statusCode = Number(rpc.statusCode ?? 200);
  response.end(bytesOfRpcData(rpc.body));
}
