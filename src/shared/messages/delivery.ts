import type { InvocationContext } from '@azure/functions';
import * as z from 'zod';
import { messageText } from './message-text.ts';

/** One delivery of a message by a queue trigger. */
export interface Delivery {
  messageId: string;
  /** How often the message has been delivered, this time included. */
  count: number;
  /** When the queue drops the message, epoch ms; undefined where it never does. */
  expiresAtMs: number | undefined;
  /** What the host handed over. */
  message: unknown;
}

/** @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#metadata */
const metadata = z.object({
  id: z.string(),
  dequeueCount: z.coerce.number().int(),
  expirationTime: z.coerce.date().optional().catch(undefined),
});

/** @throws {z.ZodError} the host does not say which message it is */
export function deliveryOf(message: unknown, { triggerMetadata }: InvocationContext): Delivery {
  const { id, dequeueCount, expirationTime } = metadata.parse(triggerMetadata);
  return { messageId: id, count: dequeueCount, expiresAtMs: expirationTime?.getTime(), message };
}

/** The text of a delivery that cannot be read otherwise, to be kept. */
export function rawText({ message }: Delivery): string {
  try {
    return messageText(message);
  } catch {
    return message instanceof Uint8Array ? Buffer.from(message).toString('base64') : String(message);
  }
}
