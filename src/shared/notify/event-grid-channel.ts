import { AppError } from '../errors.ts';
import { isLoopback } from '../config/service-url.ts';
import type { CredentialSource } from '../secrets/azure-credential.ts';
import type { Channel } from './channel.ts';

/** The topic did not take the event. */
export class EventNotPublishedError extends AppError {
  override readonly name = 'EventNotPublishedError';
  constructor(cause: unknown) {
    super('The Event Grid topic did not take the event.', { code: 'EVENT_NOT_PUBLISHED', retryable: true, cause });
  }
}

/** One CloudEvent a run; its id is the run's and the attempt's, so that subscribers can tell a repetition. */
export function eventGridChannel(topicEndpoint: string, credential: CredentialSource): Channel {
  return {
    name: 'event_grid',
    async tell(document) {
      const { EventGridPublisherClient } = await import('@azure/eventgrid');
      const client = new EventGridPublisherClient(topicEndpoint, 'CloudEvent', await credential(), {
        allowInsecureConnection: isLoopback(new URL(topicEndpoint).hostname),
      });
      const event = {
        id: `${document.id}-${document.attempt}`,
        type: 'DatabricksGateway.RunCompleted',
        source: '/databricks-gateway/runs',
        subject: document.id,
        data: document as unknown as Record<string, unknown>,
      };
      await client.send([event]).catch((error: unknown) => {
        throw new EventNotPublishedError(error);
      });
    },
  };
}
