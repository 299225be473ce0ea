import { setTimeout as sleep } from 'node:timers/promises';
import { QueueClient } from '@azure/storage-queue';
import type { Stack } from '../../local/stack.ts';

/**
 * Takes so many messages out of a queue, as the documents that they hold, in either encoding.
 * @throws Error where they do not come in time
 */
export async function takeMessages(
  { storage }: Pick<Stack, 'storage'>,
  name: string,
  count: number,
  waitMs = 60_000,
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents by the names of the contract
): Promise<any[]> {
  const queue = new QueueClient(storage.connectionString, name);
  await queue.createIfNotExists();
  const taken: unknown[] = [];
  for (const untilMs = Date.now() + waitMs; taken.length < count; await sleep(100)) {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: Math.min(count - taken.length, 32),
    });
    for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
      await queue.deleteMessage(messageId, popReceipt);
      const text = messageText.startsWith('{') ? messageText : Buffer.from(messageText, 'base64').toString();
      taken.push(JSON.parse(text));
    }
    if (Date.now() > untilMs) throw new Error(`${taken.length} of ${count} messages came to ${name}.`);
  }
  return taken;
}
