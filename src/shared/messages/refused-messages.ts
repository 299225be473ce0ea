import { createHash } from 'node:crypto';
import type { AppContext } from '../context.ts';
import { storageCall } from '../storage/storage.ts';
import { encodedMessage } from './message-text.ts';
import type { MessageSource } from './message-source.ts';
import { poisonEntry, type Refusal } from './poison-entry.ts';

/**
 * Keeps what can never be run in the poison queue of its queue, for as long as nobody takes it out, and says so in the
 * log and, where there is a topic, by an event. Secrets that the gateway knows are kept in neither.
 * @throws {StorageUnavailableError}
 */
export async function keepRefused(
  context: AppContext,
  { queue: queueName, messageId, text }: { queue: MessageSource['queue']; messageId: string; text: string },
  refusal: Refusal,
): Promise<void> {
  const { code, reason, errors } = redacted(refusal, context.redactor);
  const entry = poisonEntry({ code, reason, errors }, messageId, context.redactor.data(text));
  const queue = await context.storage.queue(`${queueName}-poison`);
  await storageCall(() => queue.sendMessage(encodedMessage(entry), { messageTimeToLive: -1 }));
  const known = { queue: queueName, message: messageId, code, reason };
  context.log.warn('message.refused', known);
  try {
    await context.topic?.publish({
      // The parts of a message are refused one by one.
      id: createHash('sha256').update(`${messageId} ${text}`).digest('hex').slice(0, 40),
      type: 'DatabricksGateway.MessageRefused',
      source: `/databricks-gateway/queues/${queueName}`,
      subject: messageId,
      data: { queue: queueName, message_id: messageId, code, reason },
    });
  } catch (error) {
    // The entry itself is what counts.
    context.log.warn('event.unpublished', { ...known, error });
  }
}

function redacted({ code, reason, errors }: Refusal, redactor: AppContext['redactor']): Refusal {
  return {
    code,
    reason: redactor.data(reason),
    errors: errors.map(({ path, message }) => ({ path: redactor.data(path), message: redactor.data(message) })),
  };
}
