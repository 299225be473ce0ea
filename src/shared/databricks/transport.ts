import { traceparent, type TraceContext } from '../domain/trace-context.ts';
import { JsonSyntaxError, parseJson } from '../json.ts';
import type { Log } from '../telemetry/log.ts';
import type { Redactor } from '../telemetry/redaction.ts';
import {
  DatabricksProtocolError,
  DatabricksRateLimitedError,
  DatabricksTooLateError,
  DatabricksUnavailableError,
  type DatabricksErrorFacts,
} from './errors.ts';
import {
  sendRequest,
  type HttpRequest,
  type HttpResponse,
  type OpenDispatcher,
  NoResponseError,
  ResponseTooLargeError,
  workspaceDispatcher,
} from './http-client.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { errorOfResponse } from './response-error.ts';
import { withRetries } from './retry.ts';
import { sleep as realSleep, type Sleep } from '../async/sleep.ts';
import type { TokenProvider } from './token.ts';
import { USER_AGENT } from './user-agent.ts';

/** A request to the REST API of a workspace. */
export interface DatabricksRequest {
  method: HttpRequest['method'];
  /** From the workspace's root, as `/api/2.2/jobs/runs/get`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** JSON text, sent as it is. */
  body?: string;
  /**
   * Whether carrying the request out twice does no harm. Others are only sent again where Databricks has certainly
   * not acted on them.
   * @default true for GET
   */
  isSafe?: boolean;
  /** @default 30 s for each attempt */
  timeoutMs?: number;
  /** Within which new attempts are made. @default 60 s; 0 means one attempt */
  budgetMs?: number;
  /** When the request is no longer worth sending, epoch ms. @default never */
  notAfterMs?: number;
  signal?: AbortSignal | undefined;
  /** What the request is made for; goes with it as `traceparent`. */
  trace?: TraceContext | undefined;
}

/** Calls to one workspace. */
export interface Transport extends AsyncDisposable {
  /**
   * Sends a request under the token, the pace and the retry rules of the workspace; `operation` is the call's REST
   * path, as `runs/submit`. Gives the JSON of the response, `{}` where it is empty.
   * @throws the leaves of `DatabricksError`, what the token's source throws, and the signal's reason
   */
  request(operation: string, request: DatabricksRequest): Promise<unknown>;
}

/** What a transport is made of. */
export interface TransportOptions {
  /** The workspace's origin. */
  host: string;
  tokens: TokenProvider;
  log: Log;
  now?: () => number;
  sleep?: Sleep;
  random?: () => number;
  /** Takes secrets out of the responses: the texts of one that succeeded, the whole text of one that did not. */
  redactor?: Pick<Redactor, 'data' | 'json'>;
  /** Called for each request that was sent, with the status, or `none` where no response came. */
  onCall?: (operation: string, status: string) => void;
  /** Connections of the caller's own, who closes them. */
  dispatcher?: OpenDispatcher;
}

const TIMEOUT_MS = 30_000;
const BUDGET_MS = 60_000;

/** A transport that authenticates, paces and retries the requests to a workspace. */
export function createTransport(options: TransportOptions): Transport {
  const { host, tokens, log, redactor, now = Date.now, sleep = realSleep, random = Math.random } = options;
  const { onCall = () => {} } = options;
  const dispatcher = options.dispatcher ?? workspaceDispatcher();
  const rateLimiter = createRateLimiter({ now, sleep });

  const send = async (operation: string, request: DatabricksRequest, token: string): Promise<HttpResponse> => {
    // Asked last of all: the token and the turn may have taken their time.
    if (!(await rateLimiter.turn(operation, request))) throw new DatabricksTooLateError({ operation });
    try {
      const response = await sendRequest(dispatcher, {
        url: urlOf(host, request),
        method: request.method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          'user-agent': USER_AGENT,
          ...(request.trace === undefined ? {} : { traceparent: traceparent(request.trace) }),
          ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: request.body,
        timeoutMs: request.timeoutMs ?? TIMEOUT_MS,
        signal: request.signal,
      });
      onCall(operation, String(response.status));
      return response;
    } catch (error) {
      onCall(operation, 'none');
      throw errorOfExchange(operation, error);
    }
  };

  /**
   * A refused token is dropped and a fresh one tried, once: a rotated secret needs no restart, a wrong one no storm.
   */
  const sendSigned = async (operation: string, request: DatabricksRequest): Promise<[HttpResponse, string]> => {
    const { token } = await tokens.getToken({ signal: request.signal });
    const response = await send(operation, request, token);
    if (!isRefused(response)) return [response, token];
    tokens.drop(token);
    const { token: fresh } = await tokens.getToken({ signal: request.signal });
    if (fresh === token) return [response, token];
    const second = await send(operation, request, fresh);
    if (isRefused(second)) tokens.drop(fresh);
    return [second, fresh];
  };

  const attempt = async (operation: string, request: DatabricksRequest): Promise<unknown> => {
    const [response, token] = await sendSigned(operation, request);
    if (response.status >= 200 && response.status < 300) {
      const body = readJson(operation, response);
      return redactor === undefined ? body : redactor.json(body);
    }
    const text = redactor?.data(response.text) ?? response.text;
    const error = errorOfResponse(operation, { ...response, text }, { nowMs: now(), secret: token });
    if (error instanceof DatabricksRateLimitedError && error.status === 429)
      rateLimiter.pause(operation, error.retryAfterMs);
    throw error;
  };

  return {
    request(operation, request) {
      return withRetries(() => attempt(operation, request), {
        isSafe: request.isSafe ?? request.method === 'GET',
        budgetMs: request.budgetMs ?? BUDGET_MS,
        signal: request.signal,
        now,
        sleep,
        random,
        onRetry: (error, delayMs, count) => {
          const { code, status, errorCode, networkCode, requestId } = error;
          const fields = { operation, attempt: count, code, status, errorCode, networkCode, requestId };
          log.warn('databricks_request.retried', { ...fields, delayMs: Math.round(delayMs) });
        },
      });
    },
    async [Symbol.asyncDispose]() {
      if (options.dispatcher === undefined) await (await dispatcher()).close();
    },
  };
}

function urlOf(host: string, { path, query = {} }: DatabricksRequest): URL {
  const url = new URL(path, host);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function isRefused({ status }: HttpResponse): boolean {
  return status === 401 || status === 403;
}

function readJson(operation: string, { status, header, text }: HttpResponse): unknown {
  if (text.trim() === '') return {};
  try {
    return parseJson(text);
  } catch (cause) {
    const isJson = !(cause instanceof JsonSyntaxError);
    const databricksMessage = isJson ? 'The response is nested too deeply or too large.' : 'The response is not JSON.';
    const facts = { operation, status, requestId: header('x-request-id'), databricksMessage, cause };
    throw new DatabricksProtocolError(facts, { retryable: !isJson });
  }
}

function errorOfExchange(operation: string, error: unknown): unknown {
  const facts: DatabricksErrorFacts = { operation, cause: error };
  if (error instanceof NoResponseError) return new DatabricksUnavailableError({ ...facts, networkCode: error.code });
  if (error instanceof ResponseTooLargeError) {
    return new DatabricksProtocolError({ ...facts, networkCode: 'RESPONSE_TOO_LARGE' }, { retryable: false });
  }
  return error;
}
