import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, expect, it } from 'vitest';
import { startStack } from '../stack.ts';
import { childrenOf, isListening, isRunning, until } from './processes.ts';

const appDir = fileURLToPath(new URL('small-app', import.meta.url));
const dataDir = await mkdtemp(join(tmpdir(), 'killed-stack-'));
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** Holds a stack in a process group of its own; returns its processes and where the stack's parts are. */
async function holdStack() {
  const program = fileURLToPath(new URL('programs/hold-stack.ts', import.meta.url));
  const parent = spawn(process.execPath, [program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const [url, storageUrl, connectionString] = JSON.parse(line.toString('utf8')) as [string, string, string];
  const children = await childrenOf(parent.pid!);
  return {
    parent,
    children,
    urls: [url, storageUrl],
    connectionString,
    killGroup: () => process.kill(-parent.pid!, 'SIGKILL'),
  };
}

/** The clients of one storage account. */
function clientsOf(connectionString: string) {
  return {
    table: TableClient.fromConnectionString(connectionString, 'kept', { allowInsecureConnection: true }),
    queue: QueueServiceClient.fromConnectionString(connectionString).getQueueClient('kept'),
    container: BlobServiceClient.fromConnectionString(connectionString).getContainerClient('kept'),
  };
}

it('goes with its parent however that ends, starts again the moment after, and has all that storage had responded to when every process of it is killed', async ({
  signal,
}) => {
  const first = await holdStack();
  const begun = clientsOf(first.connectionString);
  await begun.table.createTable();
  await begun.table.createEntity({ partitionKey: 'p', rowKey: 'r', word: 'kept' });
  expect(first.children).toHaveLength(2);
  first.parent.kill('SIGKILL');

  // Its children are still ending.
  const held = await holdStack();
  const before = clientsOf(held.connectionString);
  expect(await before.table.getEntity('p', 'r')).toMatchObject({ word: 'kept' });
  await until(() => first.children.every((pid) => !isRunning(pid)), signal);
  expect(await Promise.all(first.urls.map(isListening))).toEqual([false, false]);
  await before.container.create();
  await before.queue.create();
  await before.container.getBlockBlobClient('blob').uploadData(Buffer.from('content'));
  await before.queue.sendMessage('message');
  for (const rowKey of ['kept', 'changed', 'deleted', 'replaced'])
    await before.table.createEntity({ partitionKey: 'p', rowKey, word: 'first' });
  await before.table.updateEntity({ partitionKey: 'p', rowKey: 'changed', more: 'second' });
  await before.table.updateEntity({ partitionKey: 'p', rowKey: 'replaced', more: 'second' }, 'Replace');
  await before.table.submitTransaction([
    ['create', { partitionKey: 'p', rowKey: 'together' }],
    ['delete', { partitionKey: 'p', rowKey: 'deleted' }],
  ]);
  held.killGroup();

  await using stack = await startStack({ appDir, dataDir });
  const { table, queue, container } = clientsOf(stack.storage.connectionString);
  await table.createEntity({ partitionKey: 'p', rowKey: 'afterwards' });
  const rows = [];
  for await (const row of table.listEntities({ queryOptions: { filter: "PartitionKey eq 'p'" } })) rows.push(row);
  expect(rows.map((row) => [row.rowKey, row['word'], row['more']])).toEqual([
    ['afterwards', undefined, undefined],
    ['changed', 'first', 'second'],
    ['kept', 'first', undefined],
    ['r', 'kept', undefined],
    ['replaced', undefined, 'second'],
    ['together', undefined, undefined],
  ]);
  expect((await queue.receiveMessages()).receivedMessageItems.map(({ messageText }) => messageText)).toEqual([
    'message',
  ]);
  expect((await container.getBlockBlobClient('blob').downloadToBuffer()).toString()).toBe('content');
});
