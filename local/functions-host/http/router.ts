import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DurableHttpApi } from '../durable/http-api.ts';
import type { RunCounts } from '../durable/run-counts.ts';
import type { Invoker } from '../invoker.ts';
import { holderOf, type KeyHolder, type Keys, mayCall } from '../keys.ts';
import type { EventGridWebhook } from '../triggers/event-grid.ts';
import type { AppFunction } from '../worker/app-worker.ts';
import { serveAdmin } from './admin.ts';
import { applyCors, type CorsRules } from './cors.ts';
import { serveDurable } from './durable-endpoint.ts';
import type { Forwarder } from './forward.ts';
import type { Handle } from './front.ts';
import { findHttpFunction, type HttpFunction, serveHttpFunction } from './http-functions.ts';
import { durableSegments, pathSegments } from './path-segments.ts';

/** What the router needs of the host. */
export interface RouterOptions {
  /** Undefined: nobody is asked for a key. */
  keys: Keys | undefined;
  cors: CorsRules;
  functions: ReadonlyMap<string, AppFunction>;
  httpFunctions: HttpFunction[];
  invoker: Invoker;
  forwarder: Forwarder | undefined;
  durable: DurableHttpApi;
  counts: RunCounts;
  isStrict: boolean;
  eventGrid: EventGridWebhook;
  origin(): string;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}

/** The key a request presents: the header wins over the query. */
function presentedKey(request: IncomingMessage, url: URL): string | undefined {
  const header = request.headers['x-functions-key'];
  return (Array.isArray(header) ? header[0] : header) ?? url.searchParams.get('code') ?? undefined;
}

/** What is served on the app's port: its HTTP functions, the extensions' webhooks, the admin API. */
export function createRouter(options: RouterOptions): Handle {
  const { keys } = options;
  const holder = (request: IncomingMessage, url: URL, functionName?: string): KeyHolder =>
    keys !== undefined ? holderOf(keys, presentedKey(request, url), functionName) : { level: 'admin' };

  const serveWebhook = async ({ request, response, url }: Exchange, path: string[]): Promise<void> => {
    const extension = path[2]?.toLowerCase();
    if (extension !== 'durabletask' && extension !== 'eventgrid') return refuse(response, 404);
    const who = holder(request, url);
    const isAllowed = who.level === 'admin' || (who.level === 'system' && who.name === `${extension}_extension`);
    if (extension === 'eventgrid' && request.method === 'OPTIONS') return options.eventGrid.greet(request, response);
    if (!isAllowed) return refuse(response, refusal(who));
    if (extension === 'eventgrid') return options.eventGrid.serve(request, response, url);
    return serveDurable(options.durable, request, response, url, durableSegments(url.pathname).slice(3));
  };

  return async (request, response, url) => {
    if (applyCors(options.cors, request, response)) return;
    const path = pathSegments(url.pathname);
    const [first, second] = path.map((segment) => segment.toLowerCase());
    if (first === 'runtime' && second === 'webhooks') return serveWebhook({ request, response, url }, path);
    if (first === 'admin') {
      const who = holder(request, url);
      if (who.level !== 'admin') return refuse(response, refusal(who));
      return serveAdmin(
        { ...options, routeOf: (fn) => options.httpFunctions.find((each) => each.fn === fn)?.path },
        request,
        response,
        path.slice(1),
      );
    }
    const match = findHttpFunction(options.httpFunctions, request.method ?? 'GET', path);
    if (match === undefined) {
      if (path.length > 0) return refuse(response, 404);
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('The function app is running.\n');
      return;
    }
    const authLevel = match.fn.trigger['authLevel'];
    const isAllowed = mayCall(
      holder(request, url, match.fn.name),
      typeof authLevel === 'string' ? authLevel : 'anonymous',
    );
    if (!isAllowed) return refuse(response, 401);
    return serveHttpFunction(match, { request, response, url }, options);
  };
}

/** A key that is good for something else is forbidden; without a key that is known, one is asked for. */
function refusal(who: KeyHolder): number {
  return who.level === 'anonymous' ? 401 : 403;
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
