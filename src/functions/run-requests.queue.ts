import { runRequests } from '../shared/messages/run-requests.ts';
import { queueTrigger } from './queue-trigger.ts';

queueTrigger('run-requests', runRequests);
