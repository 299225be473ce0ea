import type { DequeuedMessageItem } from '@azure/storage-queue';
import { jsonData, type RpcTypedData } from '../worker/rpc-data.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of a message; undefined if it is not encoded as `messageEncoding` says. */
export function decodeMessage(text: string, messageEncoding: string): Buffer | undefined {
  if (messageEncoding.toLowerCase() !== 'base64') return Buffer.from(text);
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** What a function gets of a message: bytes where its trigger's `dataType` asks for them, else text. */
export function messageInput(bytes: Buffer, dataType: unknown): RpcTypedData {
  const isBinary = /^(?:binary|stream)$/i.test(String(dataType));
  return isBinary ? { bytes } : { string: bytes.toString() };
}

/** The trigger metadata of a queue message. */
export function messageMetadata(message: DequeuedMessageItem, text: string): Record<string, RpcTypedData> {
  return {
    QueueTrigger: { string: text },
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    DequeueCount: jsonData(message.dequeueCount),
    InsertionTime: jsonData(message.insertedOn),
    ExpirationTime: jsonData(message.expiresOn),
    NextVisibleTime: jsonData(message.nextVisibleOn),
  };
}

/** What a message gives to the paths of output bindings: its properties, if it is a JSON object. */
export function messageTriggerData(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? { ...value, queueTrigger: text } : { queueTrigger: text };
  } catch {
    return { queueTrigger: text };
  }
}
