import { flag } from '../body-schema.ts';
import type { ChannelType } from './channel.ts';
import { openTopic } from './event-grid-topic.ts';
import { runEvent } from './run-event.ts';

/** A CloudEvent for each change of a run, and with certainty for its end. */
export const eventGridChannel: ChannelType = {
  name: 'event_grid',
  field: 'event_grid',
  schema: flag.default(false),
  targets: (value) => (value === true ? ['topic'] : []),
  open({ config, credential, now }) {
    const topic = openTopic(config, credential);
    if (topic === undefined) return undefined;
    return {
      isOwnService: true,
      receiver: () => 'event_grid',
      send: (document) => topic.publish(runEvent('completed', document, now())),
      announce: (change, document, timeoutMs) => topic.publish(runEvent(change, document, now()), timeoutMs),
    };
  },
};
