import { ControlError, controlBody } from '../emulator/control-plane.ts';
import { sendJson, startEmulator, type EmulatedRequest, type Emulator } from '../emulator/emulator.ts';
import { parseEvents, type GridEvent } from './event-schemas.ts';
import { EventSubscriptions, subscriptionSchema } from './event-subscriptions.ts';
import { createTokenVerifier, type TokenIssuer } from './token-verifier.ts';

const RESOURCE = 'https://eventgrid.azure.net';
const PUBLISH_PATH = '/api/events';
const KEPT_EVENTS = 1_000;
/** Event Grid's own limit for one publish. */
const MAX_PUBLISH_BYTES = 1024 * 1024;

/** What the topic is started with. */
export interface EventGridOptions {
  port?: number;
  tls: { key: string; cert: string };
  /** The control plane's bearer token, and the topic's access key (`aeg-sas-key`). */
  token: string;
  identity: TokenIssuer;
}

/** A running topic. */
export interface EventGrid extends Emulator {
  /** The value of `EVENT_GRID_TOPIC_ENDPOINT`. */
  readonly endpoint: string;
}

/**
 * Starts an Event Grid custom topic. Controls: `GET|DELETE /_emulator/events` (`{ events }`, the last 1,000, oldest
 * first), `POST|GET|DELETE /_emulator/subscriptions[/id]` (`{ url, schema? }` → `{ id }` after the validation handshake).
 */
export async function startEventGrid(options: EventGridOptions): Promise<EventGrid> {
  const verify = createTokenVerifier(options.identity, RESOURCE);
  const subscriptions = new EventSubscriptions();
  const events: GridEvent[] = [];

  async function handle({ method, url, headers, body, response }: EmulatedRequest): Promise<void> {
    const refuse = (status: number, code: string, message: string): void =>
      sendJson(response, status, { error: { code, message } });
    if (method !== 'POST' || url.pathname !== PUBLISH_PATH)
      return refuse(404, 'NotFound', `There is no ${method} ${url.pathname}.`);
    if (headers['aeg-sas-key'] !== options.token && (await verify(headers.authorization)) === undefined)
      return refuse(
        401,
        'Unauthorized',
        'Request must contain one of the following authorization signature: aeg-sas-key.',
      );
    let published: GridEvent[];
    try {
      published = parseEvents(headers['content-type'] ?? '', body.toString('utf8'));
    } catch (error) {
      return refuse(400, 'BadRequest', error instanceof Error ? error.message : String(error));
    }
    events.push(...published);
    events.splice(0, events.length - KEPT_EVENTS);
    for (const event of published) subscriptions.publish(event);
    response.writeHead(200).end();
  }

  const emulator = await startEmulator({
    ...(options.port === undefined ? {} : { port: options.port }),
    tls: options.tls,
    token: options.token,
    maxBodyBytes: MAX_PUBLISH_BYTES,
    operationOf: ({ url }) => (url.pathname === PUBLISH_PATH ? 'events/publish' : ''),
    handle,
    faultResponse: (fault) => ({
      body: { error: { code: fault.error_code ?? 'ServiceUnavailable', message: fault.message ?? 'Try again later.' } },
    }),
    controls: {
      events: async ({ method }) => {
        if (method === 'GET') return { events };
        if (method !== 'DELETE') throw new ControlError(405, 'events takes GET and DELETE.');
        events.length = 0;
        return {};
      },
      subscriptions: async (request, id) => {
        if (request.method === 'GET') return { subscriptions: subscriptions.list() };
        if (request.method === 'POST') return { id: await subscribe(request) };
        if (request.method !== 'DELETE') throw new ControlError(405, 'subscriptions takes GET, POST and DELETE.');
        if (!subscriptions.remove(id)) throw new ControlError(404, `There is no subscription ${id}.`);
        return {};
      },
    },
  });

  async function subscribe(request: EmulatedRequest): Promise<string> {
    const specification = controlBody(request, subscriptionSchema);
    try {
      return await subscriptions.add(specification);
    } catch (error) {
      throw new ControlError(400, error instanceof Error ? error.message : String(error));
    }
  }

  return {
    ...emulator,
    endpoint: `${emulator.url}${PUBLISH_PATH}`,
    async [Symbol.asyncDispose]() {
      await emulator[Symbol.asyncDispose]();
      await subscriptions[Symbol.asyncDispose]();
    },
  };
}
