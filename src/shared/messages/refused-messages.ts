import { createHash } from 'node:crypto';
import type { AppContext } from '../context.ts';
import { storageCall, type Storage } from '../storage/storage.ts';
import { encodedMessage } from './message-text.ts';
import type { MessageSource } from './message-source.ts';
import { poisonEntry, type Refusal } from './poison-entry.ts';

/** What is refused: a message, or a part of it. */
export interface RefusedMessage {
  queue: MessageSource['queue'];
  messageId: string;
  text: string;
  /** It was delivered before, so that it may have been refused already. */
  isRepeated?: boolean;
}

/**
 * Keeps what can never be run in the poison queue of its queue, until it is taken out, and says so in the
 * log and, where there is a topic, by an event. Secrets that the gateway knows are kept in neither.
 * @throws {StorageUnavailableError}
 */
export async function keepRefused(
  context: AppContext,
  { queue: queueName, messageId, text, isRepeated = false }: RefusedMessage,
  refusal: Refusal,
): Promise<void> {
  const { code, reason, errors } = redacted(refusal, context.redactor);
  const entry = poisonEntry({ code, reason, errors }, messageId, context.redactor.data(text));
  const known = { queue: queueName, message: messageId, code, reason };
  const message = encodedMessage(entry);
  const queue = await context.storage.queue(`${queueName}-poison`);
  if (isRepeated && (await isKept(queue, message))) return;
  // Before the entry is written: between that and the end of the message's delivery nothing may take its time.
  await publishRefusal(context, known, text);
  await storageCall(() => queue.sendMessage(message, { messageTimeToLive: -1 }));
  context.log.warn('message.refused', known);
}

/** The service shows so many messages that are not taken, and no more. */
const PEEKED_MESSAGES = 32;

/** Whether the poison queue begins with the entry: the process may have ended just after it was written. */
async function isKept(queue: Awaited<ReturnType<Storage['queue']>>, message: string): Promise<boolean> {
  const { peekedMessageItems } = await storageCall(() => queue.peekMessages({ numberOfMessages: PEEKED_MESSAGES }));
  return peekedMessageItems.some(({ messageText }) => messageText === message);
}

/** The entry itself is what counts: where the event cannot be published the log says so. */
async function publishRefusal(
  context: AppContext,
  known: { queue: string; message: string; code: string; reason: string },
  text: string,
): Promise<void> {
  const { queue, message, code, reason } = known;
  try {
    await context.topic?.publish({
      // The parts of a message are refused one by one.
      id: createHash('sha256').update(`${message} ${text}`).digest('hex').slice(0, 40),
      type: 'DatabricksGateway.MessageRefused',
      source: `/databricks-gateway/queues/${queue}`,
      subject: message,
      data: { queue, message_id: message, code, reason },
    });
  } catch (error) {
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
