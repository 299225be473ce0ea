import type { AppContext } from '../context.ts';
import { storageCall } from '../storage/storage.ts';
import { encodedMessage } from './message-text.ts';
import type { MessageSource } from './message-source.ts';
import { poisonEntry, type Refusal } from './poison-entry.ts';

/**
 * Keeps what can never be run in the poison queue of its queue, for as long as nobody takes it out, and says so in the
 * log.
 * @throws {StorageUnavailableError}
 */
export async function keepRefused(
  context: AppContext,
  { queue: queueName, messageId, text }: { queue: MessageSource['queue']; messageId: string; text: string },
  refusal: Refusal,
): Promise<void> {
  const { code, reason } = refusal;
  const entry = encodedMessage(poisonEntry(refusal, messageId, text));
  const queue = await context.storage.queue(`${queueName}-poison`);
  await storageCall(() => queue.sendMessage(entry, { messageTimeToLive: -1 }));
  context.log.warn('message.refused', { queue: queueName, message: messageId, code, reason });
}
