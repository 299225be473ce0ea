import { flag } from '../body-schema.ts';
import type { NotificationDocument } from '../domain/run-document.ts';
import type { ChannelType } from './channel.ts';
import { openTopic, type PublishedEvent } from './event-grid-topic.ts';
import { fittedDocument } from './fitted-document.ts';

/** Event Grid takes 1 MB; what stands around the document is far below the rest. */
const MAX_BYTES = 1_000_000;

/** One CloudEvent a run; its id is the run's and the attempt's, so that subscribers can recognise a repetition. */
export const eventGridChannel: ChannelType = {
  name: 'event_grid',
  field: 'event_grid',
  schema: flag.default(false),
  targets: (value) => (value === true ? ['topic'] : []),
  open({ config, credential }) {
    const topic = openTopic(config, credential);
    if (topic === undefined) return undefined;
    return {
      isOwnService: true,
      receiver: () => 'event_grid',
      send: (document) => topic.publish(eventOf(document)),
    };
  },
};

function eventOf(document: NotificationDocument): PublishedEvent {
  return {
    id: `${document.id}-${document.attempt}`,
    type: 'DatabricksGateway.RunCompleted',
    source: '/databricks-gateway/runs',
    subject: document.id,
    data: fittedDocument(document, MAX_BYTES),
  };
}
