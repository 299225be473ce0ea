import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { isCloudEvent, TOPIC, type GridEvent } from './event-schemas.ts';

const ATTEMPT_TIMEOUT_MS = 30_000;
/** Real Event Grid waits 10 s, 30 s, 1 min, …; here a developer is waiting. */
const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
const ORIGIN = 'eventgrid.azure.net';

/** A subscription as the control plane takes it. */
export const subscriptionSchema = z.strictObject({
  /** Loopback only: events never leave the machine. */
  url: z.url().refine((url) => ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname), {
    error: 'Only a loopback webhook can subscribe.',
  }),
  /** Which validation handshake the webhook knows. Events arrive in the schema that they were published in. */
  schema: z.enum(['event_grid', 'cloud_events']).default('event_grid'),
});

/** A subscription as it was asked for. */
export type SubscriptionSpecification = z.output<typeof subscriptionSchema>;

/** A subscription and what has become of it. */
export interface Subscription extends SubscriptionSpecification {
  id: string;
  delivered: number;
  /** Events given up after the last attempt. */
  dropped: number;
}

/** The webhooks of a topic: validated as Event Grid does before they get an event, at-least-once and unordered after. */
export class EventSubscriptions implements AsyncDisposable {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #stopping = new AbortController();
  readonly #deliveries = new Set<Promise<void>>();

  list(): Subscription[] {
    return [...this.#subscriptions.values()];
  }

  /**
   * Validates the webhook and subscribes it; returns its id.
   * @throws Error when the webhook does not complete the handshake
   */
  async add(specification: SubscriptionSpecification): Promise<string> {
    await (specification.schema === 'event_grid'
      ? this.#validate(specification.url)
      : this.#askOrigin(specification.url));
    const id = randomUUID();
    this.#subscriptions.set(id, { ...specification, id, delivered: 0, dropped: 0 });
    return id;
  }

  remove(id: string): boolean {
    return this.#subscriptions.delete(id);
  }

  /** Hands the event to every subscription, in the background. */
  publish(event: GridEvent): void {
    for (const subscription of this.#subscriptions.values()) {
      const delivery = this.#deliver(subscription, event).finally(() => this.#deliveries.delete(delivery));
      this.#deliveries.add(delivery);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#deliveries);
  }

  async #deliver(subscription: Subscription, event: GridEvent): Promise<void> {
    const cloud = isCloudEvent(event);
    const contentType = cloud ? 'application/cloudevents+json; charset=utf-8' : 'application/json; charset=utf-8';
    for (const retryDelayMs of [...RETRY_DELAYS_MS, undefined]) {
      if (this.#stopping.signal.aborted || !this.#subscriptions.has(subscription.id)) return;
      const response = await this.#post(subscription.url, 'Notification', cloud ? event : [event], contentType).catch(
        () => undefined, // A webhook that cannot be reached is tried again, like one that fails.
      );
      if (response?.ok === true) {
        subscription.delivered += 1;
        return;
      }
      if (retryDelayMs === undefined) break;
      await delay(retryDelayMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    subscription.dropped += 1;
  }

  async #validate(url: string): Promise<void> {
    const validationCode = randomUUID();
    const event = {
      id: randomUUID(),
      topic: TOPIC,
      subject: '',
      data: { validationCode },
      eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
      eventTime: new Date().toISOString(),
      metadataVersion: '1',
      dataVersion: '1',
    };
    const response = await this.#post(url, 'SubscriptionValidation', [event], 'application/json; charset=utf-8');
    const text = await response.text();
    if (!response.ok)
      throw new Error(`The webhook responded to the validation with ${response.status}: ${text.slice(0, 200)}`);
    const parsed = z.object({ validationResponse: z.string() }).safeParse(parseJson(text));
    if (parsed.data?.validationResponse !== validationCode)
      throw new Error('The webhook did not return the validation code as validationResponse.');
  }

  /** The CloudEvents webhook specification's abuse protection. */
  async #askOrigin(url: string): Promise<void> {
    const headers = { 'webhook-request-origin': ORIGIN };
    const response = await fetch(url, { method: 'OPTIONS', headers, signal: this.#attemptSignal() });
    const allowed = response.headers.get('webhook-allowed-origin');
    if (!response.ok || (allowed !== '*' && allowed !== ORIGIN))
      throw new Error(
        `The webhook responded to OPTIONS with ${response.status} and WebHook-Allowed-Origin: ${allowed ?? 'none'}.`,
      );
  }

  #post(url: string, eventType: string, body: unknown, contentType: string): Promise<Response> {
    return fetch(url, {
      method: 'POST',
      headers: { 'content-type': contentType, 'aeg-event-type': eventType, 'aeg-subscription-name': 'LOCAL' },
      body: JSON.stringify(body),
      signal: this.#attemptSignal(),
    });
  }

  #attemptSignal(): AbortSignal {
    return AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
