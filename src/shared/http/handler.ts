import { HttpResponse, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import type { AppContext } from '../context.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Caller } from '../domain/caller.ts';
import { AppError } from '../errors.ts';
import { stringifyJson } from '../json.ts';
import { inLogScope } from '../telemetry/log-scope.ts';
import { arrivalOf, type Arrival } from './arrival.ts';
import { callerOf } from './caller.ts';
import { checkHost } from './links.ts';
import { problem } from './problem.ts';
import { withFinishedBody } from './finished-body.ts';
import { checkQuery, isPretty, type QueryParameters } from './query-string.ts';
import type { Requester } from './requester.ts';
import { toProblem } from './to-problem.ts';

/** One request to an endpoint that is open to all. */
export interface OpenCall extends Arrival {
  invocation: InvocationContext;
  /** The host's own address. */
  hostOrigin: () => string;
  /** By what id the log knows the request. */
  requestId: string;
}

/** One request of a caller who is known. */
export interface Call extends OpenCall, Requester {}

/** Responds to a request. */
export type Handle<Kind extends OpenCall> = (
  request: HttpRequest,
  context: AppContext,
  call: Kind,
) => Promise<HttpResponseInit>;

/** What handles the requests of callers. */
export interface CallerHandler {
  handle: Handle<Call>;
}

/** What handles the requests of anybody. */
export interface OpenHandler {
  handle: Handle<OpenCall>;
  /** In the place of the problem document, where the settings cannot be used. */
  unconfigured?: (error: ConfigError) => HttpResponseInit;
}

/** What is looked at before the handler is asked. */
interface Checks {
  query?: QueryParameters;
  /** Nothing of the query is looked at. */
  takesAnyQuery?: true;
}

/** An endpoint that callers have to be known to. */
export interface CallerChecks extends Checks {
  access?: 'callers';
}

/** An endpoint that asks nobody. */
export interface OpenChecks extends Checks {
  /** `open`: to all, at the gateway's own address; `open-at-any-host`: to probes too, which name any host. */
  access: 'open' | 'open-at-any-host';
  /** Its responses hold nothing of anybody, and say themselves how long they may be kept. */
  mayBeKept?: true;
}

/** A function behind an HTTP trigger. Nothing of a request is read before it is known who sends it. */
export type Endpoint = (CallerChecks & CallerHandler) | (OpenChecks & OpenHandler);

/** Whom an endpoint is for. */
export type Access = NonNullable<Endpoint['access']>;

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/**
 * Wraps an endpoint so that whatever fails, in it or around it, is returned as a problem document: on Azure a handler
 * that throws never responds while bodies stream.
 */
export function httpHandler(
  openContext: () => AppContext | Promise<AppContext>,
  endpoint: Endpoint,
  hostOriginOf: (invocation: InvocationContext) => string,
) {
  const handle = async (
    request: HttpRequest,
    invocation: InvocationContext,
    arrival: Arrival,
  ): Promise<HttpResponse> => {
    let context: AppContext | undefined;
    try {
      context = await openContext();
      await context.documents.refresh();
      const hostOrigin = () => hostOriginOf(invocation);
      const call = { ...arrival, invocation, hostOrigin, requestId: invocation.invocationId };
      const init = await respond(request, context, endpoint, call);
      return httpResponse(init, request, 'mayBeKept' in endpoint);
    } catch (error) {
      return failed(error, endpoint, { invocation, request }, context);
    }
  };
  return (request: HttpRequest, invocation: InvocationContext, arrival: Arrival = arrivalOf(invocation)) =>
    inLogScope({ invocation: invocation.invocationId }, () => handle(request, invocation, arrival));
}

/** A JSON response; numbers that JavaScript cannot hold keep their digits. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: stringifyJson(body) };
}

async function respond(
  request: HttpRequest,
  context: AppContext,
  endpoint: Endpoint,
  call: OpenCall,
): Promise<HttpResponseInit> {
  const { query = {} } = endpoint;
  if (endpoint.access !== 'open-at-any-host') checkHost(request, context);
  if (endpoint.access === 'open' || endpoint.access === 'open-at-any-host') {
    if (endpoint.takesAnyQuery !== true) checkQuery(request.query, query);
    return endpoint.handle(request, context, call);
  }
  const { hostOrigin, invocation } = call;
  let caller: Caller | undefined;
  try {
    caller = await callerOf(request, context, { hostOrigin, functionName: invocation.functionName });
    checkQuery(request.query, query);
    return await endpoint.handle(request, context, { ...call, caller, source: 'http' });
  } catch (error) {
    auditRefusal(error, request, context, { ...call, caller });
    throw error;
  }
}

/** Writes down that a request was refused. What the policy refuses has been written down where it was asked. */
export function auditRefusal(
  error: unknown,
  request: HttpRequest,
  context: AppContext,
  call: OpenCall & { caller?: Caller | undefined },
) {
  if (!(error instanceof AppError)) return;
  const { code, status, message: detail } = toProblem(error);
  if ((status !== 401 && status !== 403) || code === 'POLICY_REFUSED') return;
  const { caller = null, invocation, requestId } = call;
  const resource = new URL(request.url).pathname;
  context.audit.refused({ caller, action: invocation.functionName, resource, rule: null, code, detail, requestId });
}

/** Made here, and not by the library afterwards, so that a response that cannot be made is a failure like others. */
function httpResponse(init: HttpResponseInit, { query }: HttpRequest, mayBeKept = false): HttpResponse {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(HEADERS)) if (!mayBeKept || !headers.has(name)) headers.set(name, value);
  return new HttpResponse({
    ...init,
    headers,
    body: withFinishedBody(init, headers.get('content-type'), isPretty(query)),
  });
}

function failed(
  error: unknown,
  endpoint: Endpoint,
  { invocation, request }: { invocation: InvocationContext; request: HttpRequest },
  context: AppContext | undefined,
): HttpResponse {
  const { functionName, invocationId } = invocation;
  try {
    const response = httpResponse(redacted(responseOf(error, endpoint, invocationId), context), request);
    if (response.status >= 500)
      context?.log.error('request.failed', { function: functionName, request: invocationId, error });
    return response;
  } catch {
    // The error, or what it holds, cannot even be looked at.
    return httpResponse(problem(toProblem(undefined), invocationId), request);
  }
}

/** Whatever an error quotes of another system, as what a warehouse says of a statement. */
function redacted(init: HttpResponseInit, context: AppContext | undefined): HttpResponseInit {
  return typeof init.body === 'string' && context !== undefined
    ? { ...init, body: context.redactor.data(init.body) }
    : init;
}

function responseOf(error: unknown, endpoint: Endpoint, requestId: string): HttpResponseInit {
  const isUnconfigured = error instanceof ConfigError && 'unconfigured' in endpoint;
  return (isUnconfigured ? endpoint.unconfigured?.(error) : undefined) ?? problem(toProblem(error), requestId);
}
