import { runEvents } from '../shared/messages/run-events.ts';
import { queueTrigger } from './queue-trigger.ts';

queueTrigger('run-events', runEvents);
