import { randomUUID } from 'node:crypto';
import { resolveSettings, storageConnection } from '../settings.ts';
import type { Binding } from '../worker/app-worker.ts';
import { bytesOfRpcData, type RpcTypedData } from '../worker/rpc-data.ts';
import type { OutputContext } from './write-output.ts';

/** `{name}` and `{a.b}` replaced from the trigger's data; also `{rand-guid}`, `{datetime}`. @throws for a name the data does not have. */
export function bindPath(template: string, triggerData: unknown, now: Date): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (_, expression: string) => {
    if (expression === 'rand-guid') return randomUUID();
    if (expression.toLowerCase() === 'datetime') return now.toISOString();
    let value = triggerData;
    for (const key of expression.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[key];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw new Error(`No value for named parameter '${expression}'.`);
  });
}

/** Writes the value to the binding's `container/path`; the container is made if it is not there. */
export async function writeBlob(
  binding: Binding,
  data: RpcTypedData,
  { env, triggerData }: OutputContext,
): Promise<void> {
  const [container = '', ...path] = bindPath(
    resolveSettings(String(binding['path']), env),
    triggerData,
    new Date(),
  ).split('/');
  // Loaded by the first that is written: most starts of a host write none.
  const { BlobServiceClient } = await import('@azure/storage-blob');
  const service = BlobServiceClient.fromConnectionString(storageConnection(binding['connection'], env));
  const client = service.getContainerClient(container);
  await client.createIfNotExists();
  const bytes = bytesOfRpcData(data);
  await client.getBlockBlobClient(path.join('/')).upload(bytes, bytes.length);
}
