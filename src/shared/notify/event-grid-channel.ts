import { flag } from '../body-schema.ts';
import { isLoopback } from '../config/service-url.ts';
import type { NotificationDocument } from '../domain/run-document.ts';
import { AppError } from '../errors.ts';
import type { CredentialSource } from '../secrets/azure-credential.ts';
import type { ChannelType } from './channel.ts';
import { fittedDocument } from './fitted-document.ts';

/** The topic did not take the event. */
export class EventNotPublishedError extends AppError {
  override readonly name = 'EventNotPublishedError';
  constructor(cause: unknown) {
    super('The Event Grid topic did not take the event.', { code: 'EVENT_NOT_PUBLISHED', retryable: true, cause });
  }
}

/** Event Grid takes 1 MB; what stands around the document is far below the rest. */
const MAX_BYTES = 1_000_000;

/** With the client's own retries: while it waits, other runs have a place less. */
const TIMEOUT_MS = 10_000;

/** One CloudEvent a run; its id is the run's and the attempt's, so that subscribers can recognise a repetition. */
export const eventGridChannel: ChannelType = {
  name: 'event_grid',
  field: 'event_grid',
  schema: flag.default(false),
  targets: (value) => (value === true ? ['topic'] : []),
  open({ config: { eventGridTopicEndpoint: endpoint }, credential }) {
    if (endpoint === undefined) return undefined;
    return {
      isOwnService: true,
      receiver: () => 'event_grid',
      send: (document) => publish(endpoint, credential, document),
    };
  },
};

/** @throws {EventNotPublishedError}, and what the credential throws */
async function publish(
  topicEndpoint: string,
  credential: CredentialSource,
  document: NotificationDocument,
): Promise<void> {
  const { EventGridPublisherClient } = await import('@azure/eventgrid');
  const client = new EventGridPublisherClient(topicEndpoint, 'CloudEvent', await credential(), {
    allowInsecureConnection: isLoopback(new URL(topicEndpoint).hostname),
  });
  const event = {
    id: `${document.id}-${document.attempt}`,
    type: 'DatabricksGateway.RunCompleted',
    source: '/databricks-gateway/runs',
    subject: document.id,
    data: fittedDocument(document, MAX_BYTES) as unknown as Record<string, unknown>,
  };
  await client.send([event], { abortSignal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
    throw new EventNotPublishedError(error);
  });
}
