import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunCounts } from '../durable/run-counts.ts';
import type { Invoker } from '../invoker.ts';
import type { Keys } from '../keys.ts';
import { timerInfo } from '../triggers/timer.ts';
import { type AppFunction, findFunction, isTriggeredBy } from '../worker/app-worker.ts';
import { jsonData } from '../worker/rpc-data.ts';
import { readBody } from './body.ts';
import { HttpError } from './http-error.ts';
import { sendJson } from './send-json.ts';

/** What the admin API needs of the host. */
export interface AdminOptions {
  functions: ReadonlyMap<string, AppFunction>;
  invoker: Invoker;
  counts: RunCounts;
  origin(): string;
  routeOf(fn: AppFunction): string | undefined;
  /** Undefined where the host asks for none. */
  keys: Keys | undefined;
}

function describe(fn: AppFunction, options: AdminOptions): Record<string, unknown> {
  const route = options.routeOf(fn);
  const origin = options.origin();
  return {
    name: fn.name,
    href: `${origin}/admin/functions/${fn.name}`,
    invoke_url_template: route === undefined ? null : `${origin}/${route}`,
    language: 'node',
    isDisabled: false,
    config: { name: fn.name, bindings: [...fn.bindings.values()] },
  };
}

/** Keys as Azure's key management API lists them; this one lists them only. */
function keyList(keys: Readonly<Record<string, string>> = {}): unknown {
  return { keys: Object.entries(keys).map(([name, value]) => ({ name, value })), links: [] };
}

/** Runs a function by hand: `{ "input": … }`. The response does not wait for it. */
async function runByHand(fn: AppFunction, { invoker }: AdminOptions, request: IncomingMessage): Promise<void> {
  const text = (await readBody(request)).toString();
  let input: unknown;
  try {
    input = text === '' ? undefined : (JSON.parse(text) as { input?: unknown }).input;
  } catch (error) {
    throw new HttpError(400, 'the body is not JSON', { cause: error });
  }
  const given = typeof input === 'string' ? { string: input } : jsonData(input);
  const data = isTriggeredBy(fn, 'timerTrigger') ? jsonData(timerInfo(undefined, false)) : given;
  // The invoker has logged what went wrong.
  invoker.invoke(fn, { input: data, triggerData: input }).catch(() => undefined);
}

/**
 * The admin API, as far as Core Tools' users use it: `host/status`, `host/ping`, `host/keys`, `functions`, `functions/NAME` (GET, and POST to run), `functions/NAME/keys`. This host alone has
 * `durable/counts` (GET, and DELETE to begin anew).
 */
export async function serveAdmin(
  options: AdminOptions,
  request: IncomingMessage,
  response: ServerResponse,
  path: string[],
): Promise<void> {
  const [area, name, part] = path;
  const { functions } = options;
  if (area === 'host' && name === 'status')
    return sendJson(response, 200, {
      id: 'local',
      state: 'Running',
      version: '4.1044.400.0',
      processUptime: Math.round(process.uptime() * 1000),
    });
  if (area === 'host' && name === 'ping') return sendJson(response, 200);
  if (area === 'host' && (name === 'keys' || name === 'functionkeys'))
    return sendJson(response, 200, keyList(options.keys?.functionKeys));
  if (area === 'durable' && name === 'counts') {
    if (request.method === 'DELETE') options.counts.clear();
    return sendJson(response, 200, options.counts);
  }
  if (area !== 'functions') return sendJson(response, 404);
  if (name === undefined)
    return sendJson(
      response,
      200,
      [...functions.values()].map((fn) => describe(fn, options)),
    );
  const fn = findFunction(functions, name);
  if (fn === undefined) return sendJson(response, 404);
  if (part === 'keys') return sendJson(response, 200, keyList(options.keys?.functions?.[fn.name]));
  if (request.method === 'GET') return sendJson(response, 200, describe(fn, options));
  if (request.method !== 'POST') return sendJson(response, 404);
  await runByHand(fn, options, request);
  return sendJson(response, 202);
}
