import { takesEvents } from '../shared/messages/takes-events.ts';
import { queueTrigger } from './queue-trigger.ts';

queueTrigger('run-events', {
  isRead: takesEvents,
  load: async () => (await import('../shared/messages/run-events.ts')).runEvents,
});
