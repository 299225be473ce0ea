import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod/mini';
import packageJson from '../package.json' with { type: 'json' };
import { problemSchema } from './documents.ts';
import { ProblemResponse, UnreachableError } from './failures.ts';
import { exchange, readText } from './http-exchange.ts';

/** Where the gateway is, and who calls. */
export interface GatewayAddress {
  /** Without a slash at its end. */
  url: string;
  headers: Readonly<Record<string, string>>;
  /** How long a request is sent again that got no response, or one that says to come later. */
  retryMs: number;
}

/** A request by its route. */
export interface GatewayRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below `/api`. */
  path: string;
  headers?: Record<string, string>;
  /** JSON. */
  body?: string;
  signal?: AbortSignal | undefined;
  /** Whether it may be sent again: it reads, or its idempotency key makes one of two. */
  isRepeatable: boolean;
}

const MAX_TEXT_BYTES = 256 * 1024 * 1024;
/** A response that says to come again at once is no leave to ask without a pause. */
const MIN_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
/** Say that the gateway, or what it stands on, is not there at the moment. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The time that passes between requests. */
interface Clock {
  /** Milliseconds since any moment. */
  now: () => number;
  /** @throws the signal's reason */
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** The gateway's HTTP contract. */
export class GatewayClient {
  readonly #address: GatewayAddress;
  readonly #clock: Clock;

  constructor(address: GatewayAddress, clock: Clock = SYSTEM_CLOCK) {
    this.#address = address;
    this.#clock = clock;
  }

  /**
   * Sends a request, again and again where it may be, and returns a response that is none of an error when its head has
   * come. Whatever breaks off after that is the caller's: some of it may have been printed.
   * @throws {ProblemResponse} the gateway responded with an error status
   * @throws {UnreachableError} no response came
   * @throws the signal's reason
   */
  send(request: GatewayRequest): Promise<IncomingMessage> {
    return this.#repeated(request, () => this.#sendOnce(request));
  }

  /**
   * As `send`; returns the response's text, without what ends its line. A text that breaks off is read again.
   * @throws {TooLongError} the text is longer than what is read
   */
  read(request: GatewayRequest): Promise<{ status: number; text: string }> {
    return this.#repeated(request, async () => {
      const response = await this.#sendOnce(request);
      const text = await readText(response, { maxBytes: MAX_TEXT_BYTES, signal: request.signal });
      return { status: response.statusCode ?? 0, text: text.trimEnd() };
    });
  }

  async #repeated<Result>({ isRepeatable, signal }: GatewayRequest, attempt: () => Promise<Result>): Promise<Result> {
    const { now, sleep } = this.#clock;
    const endAtMs = now() + (isRepeatable ? this.#address.retryMs : 0);
    for (let pauseMs = MIN_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
      try {
        return await attempt();
      } catch (error) {
        const waitMs = error instanceof ProblemResponse ? (error.retryAfterMs ?? pauseMs) : pauseMs;
        const boundedMs = Math.max(waitMs, MIN_PAUSE_MS);
        if (!isPassing(error) || now() + boundedMs > endAtMs) throw error;
        await sleep(boundedMs, signal);
      }
    }
  }

  async #sendOnce({ method, path, headers, body, signal }: GatewayRequest): Promise<IncomingMessage> {
    const response = await exchange(new URL(`${this.#address.url}/api/${path}`), {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': `databricks-gateway-cli/${packageJson.version}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        ...this.#address.headers,
      },
      body,
      signal,
    });
    const status = response.statusCode ?? 0;
    if (status < 400) return response;
    throw problemOf(
      status,
      response.headers['retry-after'],
      (await readText(response, { maxBytes: MAX_TEXT_BYTES, signal })).trimEnd(),
    );
  }
}

/** Reads a document of the gateway. @throws {UnreachableError} for anything else */
export function parseDocument<Schema extends z.ZodMiniType>(schema: Schema, text: string): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new UnreachableError('The response is none of a gateway: is the address right?');
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted()),
};

/** Whether the same request may succeed a moment later. */
function isPassing(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof ProblemResponse && PASSING_STATUSES.has(error.status));
}

function problemOf(status: number, retryAfter: string | undefined, text: string): ProblemResponse {
  const parsed = problemSchema.safeParse(jsonOf(text));
  const seconds = Number(retryAfter ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : undefined;
  return new ProblemResponse(parsed.success ? messageOf(parsed.data) : `The gateway responded with ${status}.`, {
    status,
    retryAfterMs,
    text,
  });
}

function messageOf({ code, detail, errors = [], request_id: request }: z.output<typeof problemSchema>): string {
  const places = errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  return `${code}: ${detail}${places}${request === undefined ? '' : `\n  request ${request}`}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
