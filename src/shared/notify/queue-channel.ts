import { storageCall, type Storage } from '../ledger/storage.ts';
import type { Channel } from './channel.ts';

/** Where results go that were asked for by `notify.queue`. */
const RESULTS_QUEUE = 'run-results';

/** One message a run: the run document, base64 as the Functions host reads and writes queues. */
export function queueChannel(storage: Storage): Channel {
  return {
    name: 'queue',
    async tell(document) {
      const queue = await storage.queue(RESULTS_QUEUE);
      const message = Buffer.from(JSON.stringify(withoutLongTasks(document))).toString('base64');
      await storageCall(() => queue.sendMessage(message, { messageTimeToLive: -1 }));
    },
  };
}

/** A message holds 64 KiB; the tasks of a large run are read from its links instead. */
const MAX_TASKS = 100;

function withoutLongTasks<Document extends { tasks: unknown[] }>(document: Document): Document {
  return document.tasks.length > MAX_TASKS ? { ...document, tasks: [] } : document;
}
