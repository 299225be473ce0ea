import { resolveSettings, storageConnection } from '../settings.ts';
import type { Binding } from '../worker/app-worker.ts';
import { bytesOfRpcData, fromRpcData, type RpcTypedData } from '../worker/rpc-data.ts';
import type { OutputContext } from './write-output.ts';

/** Sends the value, or each of an array's, to the binding's queue, which is made if it is not there. */
export async function sendToQueue(
  binding: Binding,
  data: RpcTypedData,
  { env, messageEncoding }: OutputContext,
): Promise<void> {
  // Loaded by the first that is written: most starts of a host write none.
  const { QueueServiceClient } = await import('@azure/storage-queue');
  const service = QueueServiceClient.fromConnectionString(storageConnection(binding['connection'], env));
  const queue = service.getQueueClient(resolveSettings(String(binding['queueName']), env).toLowerCase());
  await queue.createIfNotExists();
  const value = data.json == null ? bytesOfRpcData(data) : fromRpcData(data);
  for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
    const bytes = Buffer.isBuffer(each) ? each : Buffer.from(typeof each === 'string' ? each : JSON.stringify(each));
    await queue.sendMessage(bytes.toString(messageEncoding.toLowerCase() === 'base64' ? 'base64' : 'utf8'));
  }
}
