import type { Config } from '../config/config.ts';
import { isLoopback } from '../config/service-url.ts';
import { AppError } from '../errors.ts';
import type { CredentialSource } from '../secrets/azure-credential.ts';

/** The topic did not take the event. */
export class EventNotPublishedError extends AppError {
  override readonly name = 'EventNotPublishedError';
  constructor(cause: unknown) {
    super('The Event Grid topic did not take the event.', { code: 'EVENT_NOT_PUBLISHED', retryable: true, cause });
  }
}

/** A CloudEvent of the gateway; by the beginnings of type and source rules for events know it as its own. */
export interface PublishedEvent {
  /** Unique within its source, so that subscribers recognise a repetition. */
  id: string;
  type: `DatabricksGateway.${string}`;
  source: `/databricks-gateway/${string}`;
  subject: string;
  /** When it happened; the client sets the present where nothing else is said. */
  time?: Date;
  /** A megabyte at most, as JSON. */
  data: Record<string, unknown>;
}

/** The topic that the gateway publishes to. */
export interface EventGridTopic {
  /** `timeoutMs`: 10 s where nothing else is said. @throws {EventNotPublishedError}, and what the credential throws */
  publish(event: PublishedEvent, timeoutMs?: number): Promise<void>;
}

/** With the client's own retries: while it waits, other runs have a place less. */
const TIMEOUT_MS = 10_000;

/** Opens the topic of `EVENT_GRID_TOPIC_ENDPOINT`, with the app's identity; undefined where none is set. */
export function openTopic(
  { eventGridTopicEndpoint: endpoint }: Pick<Config, 'eventGridTopicEndpoint'>,
  credential: CredentialSource,
): EventGridTopic | undefined {
  if (endpoint === undefined) return undefined;
  return {
    async publish(event, timeoutMs = TIMEOUT_MS) {
      const { EventGridPublisherClient } = await import('@azure/eventgrid');
      const client = new EventGridPublisherClient(endpoint, 'CloudEvent', await credential(), {
        allowInsecureConnection: isLoopback(new URL(endpoint).hostname),
      });
      await client.send([event], { abortSignal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
        throw new EventNotPublishedError(error);
      });
    },
  };
}
