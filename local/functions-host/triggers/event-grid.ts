import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http/body.ts';
import { HttpError } from '../http/http-error.ts';
import { sendJson } from '../http/send-json.ts';
import type { Invoker } from '../invoker.ts';
import { type AppFunction, findFunction } from '../worker/app-worker.ts';
import { jsonData } from '../worker/rpc-data.ts';

interface DeliveredEvent {
  data?: unknown;
}

function parseEvents(text: string): DeliveredEvent[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new HttpError(400, 'the body is not JSON', { cause: error });
  }
  const events = Array.isArray(body) ? (body as unknown[]) : [body];
  if (events.some((event) => typeof event !== 'object' || event === null))
    throw new HttpError(400, 'an event is not an object');
  return events as DeliveredEvent[];
}

/** `POST /runtime/webhooks/EventGrid?functionName=NAME`: where Event Grid delivers events of both schemas. */
export class EventGridWebhook {
  readonly #functions: ReadonlyMap<string, AppFunction>;
  readonly #invoker: Invoker;

  constructor(functions: ReadonlyMap<string, AppFunction>, invoker: Invoker) {
    this.#functions = functions;
    this.#invoker = invoker;
  }

  /** Responds to the handshake of CloudEvents subscriptions (CloudEvents webhook specification, "abuse protection"). */
  greet(request: IncomingMessage, response: ServerResponse): void {
    const origin = request.headers['webhook-request-origin'];
    if (typeof origin !== 'string') {
      response.writeHead(400).end();
      return;
    }
    const rate = request.headers['webhook-request-rate'];
    response.writeHead(200, {
      'webhook-allowed-origin': origin,
      ...(typeof rate === 'string' ? { 'webhook-allowed-rate': rate } : {}),
    });
    response.end();
  }

  /** Validates a subscription, or runs the function for each event: 202 if all succeed, 500 if any fails. @throws `HttpError`. */
  async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const name = [...url.searchParams].find(([key]) => key.toLowerCase() === 'functionname')?.[1] ?? '';
    const fn = findFunction(this.#functions, name);
    if (fn === undefined || fn.trigger.type.toLowerCase() !== 'eventgridtrigger')
      return sendJson(response, 404, `cannot find function: '${name}'`);
    if (request.method !== 'POST') return sendJson(response, 404);
    const kind = String(request.headers['aeg-event-type'] ?? '').toLowerCase();
    if (kind === 'unsubscribe') return sendJson(response, 202);
    // Of both schemas: Event Grid always says what it sends.
    if (kind !== 'subscriptionvalidation' && kind !== 'notification') return sendJson(response, 400);
    const events = parseEvents((await readBody(request)).toString());
    if (kind === 'subscriptionvalidation') {
      const data = events[0]?.data as { validationCode?: string } | undefined;
      return sendJson(response, 200, { validationResponse: data?.validationCode });
    }
    return sendJson(response, await this.#deliver(fn, events));
  }

  async #deliver(fn: AppFunction, events: DeliveredEvent[]): Promise<number> {
    const isMany = String(fn.trigger['cardinality']).toLowerCase() === 'many';
    const inputs: unknown[] = isMany ? [events] : events;
    const outcomes = await Promise.allSettled(
      inputs.map((event) =>
        this.#invoker.invoke(fn, {
          input: jsonData(event),
          metadata: { data: jsonData((event as DeliveredEvent).data ?? null) },
          triggerData: event,
        }),
      ),
    );
    return outcomes.every((outcome) => outcome.status === 'fulfilled') ? 202 : 500;
  }
}
