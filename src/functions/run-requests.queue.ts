import { queueTrigger } from './queue-trigger.ts';

queueTrigger('run-requests', {
  load: async () => (await import('../shared/messages/run-requests.ts')).runRequests,
});
