import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Invoker } from '../invoker.ts';
import type { AppFunction } from '../worker/app-worker.ts';
import { readBody, refuseLongBody } from './body.ts';
import type { Forwarder } from './forward.ts';
import { byPrecedence, compileRoute, type Route } from './routes.ts';
import { type FunctionRequest, httpMetadata, rpcRequest, sendRpcResponse } from './rpc-http.ts';

/** A function with an HTTP trigger, and its route. */
export interface HttpFunction extends Route {
  fn: AppFunction;
  /** Route with its prefix, without a leading slash. */
  path: string;
  /** Upper-cased; undefined means any. */
  methods: string[] | undefined;
}

/** The function of a request and its route's parameters. */
export interface HttpMatch {
  fn: AppFunction;
  params: Record<string, string>;
}

/** The app's HTTP functions, in the order in which their routes are tried. */
export function readHttpFunctions(functions: Iterable<AppFunction>, prefix: string): HttpFunction[] {
  return [...functions]
    .filter((fn) => fn.trigger.type.toLowerCase() === 'httptrigger')
    .map((fn) => {
      const { route: template, methods } = fn.trigger;
      const path = [prefix, typeof template === 'string' ? template : fn.name].filter(Boolean).join('/');
      const list =
        Array.isArray(methods) && methods.length > 0
          ? methods.map((method) => String(method).toUpperCase())
          : undefined;
      const route = compileRoute(path);
      return {
        fn,
        path,
        methods: list,
        precedence: route.precedence,
        match: (segments: string[]) => route.match(segments),
      };
    })
    .sort(byPrecedence);
}

/** The function for a request. A route that matches with another method is no match, as on Azure, where the method is part of the route. */
export function findHttpFunction(functions: HttpFunction[], method: string, segments: string[]): HttpMatch | undefined {
  for (const each of functions) {
    if (each.methods !== undefined && !each.methods.includes(method)) continue;
    const params = each.match(segments);
    if (params !== undefined) return { fn: each.fn, params };
  }
  return undefined;
}

/** How long Azure holds a request that gets no response: its load balancer gives up then. */
const UNANSWERED_MS = 230_000;

/**
 * Runs an HTTP function and sends its response; a handler that throws gives a 500, in strict mode while streaming only once
 * Azure would give up too. @throws when the body cannot be read.
 */
export async function serveHttpFunction(
  { fn, params }: HttpMatch,
  { request, response, url }: { request: IncomingMessage; response: ServerResponse; url: URL },
  { invoker, forwarder, isStrict }: { invoker: Invoker; forwarder: Forwarder | undefined; isStrict: boolean },
): Promise<void> {
  const given: FunctionRequest = { method: request.method ?? 'GET', url, headers: request.headers, params };
  const metadata = httpMetadata(given);
  const invocationId = randomUUID();
  const startedMs = performance.now();
  response.once('close', () =>
    invoker.logRequest(fn.name, invocationId, {
      method: given.method,
      path: url.pathname,
      status: response.headersSent ? response.statusCode : 0,
      durationMs: Math.round(performance.now() - startedMs),
    }),
  );
  if (forwarder !== undefined) return stream(forwarder);
  const body = await readBody(request);
  const result = await invoker
    .invoke(fn, { input: rpcRequest(given, body), metadata, invocationId, triggerData: triggerData(params, body) })
    .catch(() => undefined);
  if (result !== undefined) sendRpcResponse(response, result.returnValue?.http);
  else response.writeHead(500).end();

  async function stream(through: Forwarder): Promise<void> {
    refuseLongBody(request);
    const forwarding = through.forward(request, response, url, invocationId);
    const sent = forwarding.responded.then(
      () => true,
      () => false,
    );
    try {
      await invoker.invoke(fn, { input: { http: {} }, metadata, invocationId, triggerData: params });
    } catch {
      invoker.warn(
        fn.name,
        `'${fn.name}' let an error out while HTTP streaming is on (enableHttpStream): on Azure the client gets no response until the host gives up. ` +
          `${isStrict ? 'So it is here (--strict)' : 'The response is 500 here'}; catch every error in the handler and return a response.`,
      );
      if (isStrict && !response.headersSent) await closedOrAfter(response, UNANSWERED_MS);
      // The library writes nothing for a handler that throws; what it has begun to send must not look whole.
      forwarding.abort();
      if (response.headersSent) response.destroy();
      else {
        // The rest of the body is taken and dropped: a client that is still sending would see a reset, not the response.
        request.unpipe();
        request.resume();
        response.writeHead(500).end();
      }
      return;
    }
    if (!(await sent) && !response.writableEnded) {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end();
    }
  }
}

async function closedOrAfter(response: ServerResponse, timeoutMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function triggerData(params: Record<string, string>, body: Buffer): unknown {
  try {
    const value = JSON.parse(body.toString()) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, ...params } : params;
  } catch {
    return params;
  }
}
