import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startStorage, type Storage } from '../storage.ts';

const ONCE = { retryOptions: { maxTries: 1 } };
let storage: Storage;
beforeAll(async () => {
  storage = await startStorage({ token: 'control' });
});
afterAll(() => storage[Symbol.asyncDispose]());
afterEach(async () => {
  await control('DELETE', 'faults');
  await control('DELETE', 'requests');
});

async function control(
  method: string,
  name: string,
  body?: unknown,
): Promise<{ operations: Record<string, Record<string, number>> }> {
  const response = await fetch(`${storage.url}/_emulator/${name}`, {
    method,
    headers: { authorization: 'Bearer control' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { operations: Record<string, Record<string, number>> };
}

async function container(name: string) {
  const client = BlobServiceClient.fromConnectionString(storage.connectionString, ONCE).getContainerClient(name);
  await client.createIfNotExists();
  return client;
}

async function table(name: string): Promise<TableClient> {
  const client = TableClient.fromConnectionString(storage.connectionString, name, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  await client.createTable();
  return client;
}

describe('the unmodified storage SDKs', () => {
  it('move large blobs both ways', async () => {
    const blob = (await container('large')).getBlockBlobClient('blob');
    const content = Buffer.alloc(64 * 1024 * 1024, 'abcdefg');
    await blob.uploadData(content, { maxSingleShotSize: content.length });
    const down = await blob.downloadToBuffer(0, undefined, { blockSize: content.length });
    expect(down.equals(content)).toBe(true);
  });

  it('send messages, entities and batches of entities', async () => {
    const queue = QueueServiceClient.fromConnectionString(storage.connectionString).getQueueClient('messages');
    await queue.create();
    await queue.sendMessage('hello');
    const { receivedMessageItems } = await queue.receiveMessages();
    expect(receivedMessageItems[0]?.messageText).toBe('hello');

    const entities = await table('entities');
    await entities.submitTransaction([
      ['create', { partitionKey: 'a', rowKey: '1', n: 1 }],
      ['create', { partitionKey: 'a', rowKey: '2', n: 2 }],
    ]);
    const found = [];
    for await (const entity of entities.listEntities()) found.push(entity['n']);
    expect(found).toEqual([1, 2]);
    expect((await control('GET', 'requests')).operations).toMatchObject({
      queue: { 201: 2, 200: 1 },
      table: { 202: 1 },
    });
  });

  it('get links that lead back to what is counted', async () => {
    const blobs = await container('copies');
    await blobs.getBlockBlobClient('source').upload('text', 4);
    const poller = await blobs.getBlobClient('target').beginCopyFromURL(blobs.getBlobClient('source').url);
    await poller.pollUntilDone();
    expect((await blobs.getBlobClient('target').downloadToBuffer()).toString()).toBe('text');
  });
});

describe('faults', () => {
  it('are worded as each service words them', async () => {
    const entities = await table('faulty');
    const blob = (await container('faulty')).getBlockBlobClient('blob');
    await control('POST', 'faults', { kind: 'status', status: 503, match: { operation: 'blob' } });
    await control('POST', 'faults', {
      kind: 'status',
      status: 500,
      error_code: 'Broken',
      match: { operation: 'table' },
    });
    await expect(blob.upload('x', 1)).rejects.toMatchObject({ statusCode: 503, code: 'ServerBusy' });
    await expect(entities.getEntity('a', 'b')).rejects.toMatchObject({ statusCode: 500 });
  });

  it('strike one path', async () => {
    const blobs = await container('paths');
    await control('POST', 'faults', { kind: 'reset', match: { path: '/devstoreaccount1/paths/bad', method: 'PUT' } });
    await expect(blobs.getBlockBlobClient('bad').upload('x', 1)).rejects.toThrow(/socket|ECONNRESET/i);
    await blobs.getBlockBlobClient('good').upload('x', 1);
  });

  it('lose the response of a write that was made', async () => {
    const blobs = await container('lost');
    await control('POST', 'faults', { kind: 'lost_response', match: { method: 'PUT' }, times: 1 });
    await expect(blobs.getBlockBlobClient('blob').upload('x', 1)).rejects.toThrow(/socket|ECONNRESET/i);
    expect(await blobs.getBlockBlobClient('blob').exists()).toBe(true);
    expect((await control('GET', 'requests')).operations['blob']?.['0']).toBe(1);
  });
});

it('keeps what it is given in a directory', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'storage-'));
  try {
    {
      await using first = await startStorage({ token: 't', dataDir });
      const blobs = BlobServiceClient.fromConnectionString(first.connectionString).getContainerClient('kept');
      await blobs.create();
      await blobs.getBlockBlobClient('blob').upload('text', 4);
    }
    await using second = await startStorage({ token: 't', dataDir });
    const blobs = BlobServiceClient.fromConnectionString(second.connectionString).getContainerClient('kept');
    expect((await blobs.getBlobClient('blob').downloadToBuffer()).toString()).toBe('text');
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
