import { flag } from '../body-schema.ts';
import type { NotificationDocument } from '../domain/run-document.ts';
import { AppError } from '../errors.ts';
import { storageCall, StorageUnavailableError, type Storage } from '../storage/storage.ts';
import type { ChannelType } from './channel.ts';
import { fittedDocument } from './fitted-document.ts';

/** Storage responds, but does not take the message: for want of a role, most likely. */
export class MessageRefusedError extends AppError {
  override readonly name = 'MessageRefusedError';
  constructor(cause: unknown) {
    super('The queue did not take the message.', { code: 'MESSAGE_REFUSED', retryable: true, cause });
  }
}

/** A run names a queue that REPLY_QUEUES does not, or no longer. */
class QueueNotAllowedError extends AppError {
  override readonly name = 'QueueNotAllowedError';
  constructor() {
    super('REPLY_QUEUES does not name the queue.', { code: 'QUEUE_NOT_ALLOWED', retryable: true });
  }
}

/** Where results go that name no queue of their own. */
export const RESULTS_QUEUE = 'run-results';

/** A message holds 64 KiB, which is 48 KiB before base64. */
const MAX_BYTES = 48 * 1_024;

/** With the client's own retries: while it waits, other runs have a place less. */
const TIMEOUT_MS = 10_000;

/**
 * One message a run: the run document, base64 as the Functions host reads and writes queues. The target is the name of
 * the queue. Whether results may go there is asked again: the settings may have changed since.
 */
export const queueChannel: ChannelType = {
  name: 'queue',
  field: 'queue',
  schema: flag.default(false),
  targets: (value) => (value === true ? [RESULTS_QUEUE] : []),
  open: ({ storage, config }) => ({
    isOwnService: true,
    receiver: () => 'queue',
    async send(document, queueName) {
      if (queueName !== RESULTS_QUEUE && !config.runs.replyQueues.includes(queueName)) throw new QueueNotAllowedError();
      await sendToQueue(storage, queueName, document);
    },
  }),
};

/** @throws {StorageUnavailableError}, MessageRefusedError */
async function sendToQueue(storage: Storage, queueName: string, document: NotificationDocument): Promise<void> {
  const message = Buffer.from(JSON.stringify(fittedDocument(document, MAX_BYTES))).toString('base64');
  try {
    const queue = await storage.queue(queueName);
    await storageCall(() =>
      queue.sendMessage(message, { messageTimeToLive: -1, abortSignal: AbortSignal.timeout(TIMEOUT_MS) }),
    );
  } catch (error) {
    throw error instanceof StorageUnavailableError ? error : new MessageRefusedError(error);
  }
}
