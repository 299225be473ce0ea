import { setTimeout as sleep } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStorage, type Storage } from '../../azure/storage.ts';
import { DurableCaller } from './durable-caller.ts';
import { appDirectory, type HostProcess, startHost } from './host-process.ts';
import { httpFunction, temporaryApp } from './temporary-app.ts';

interface Run {
  fn: string;
  message?: unknown;
  metadata?: Record<string, unknown>;
  event?: { data?: { n?: number } };
  timer?: { isPastDue: boolean; scheduleStatus: { last: string; next: string } };
}

let storage: Storage;
let host: HostProcess;
let queues: QueueServiceClient;

beforeAll(async () => {
  storage = await startStorage({ token: 'any' });
  queues = QueueServiceClient.fromConnectionString(storage.connectionString);
  for (const name of ['work', 'texts', 'bytes']) await queues.createQueue(name);
  host = await startHost({
    app: appDirectory('conformance-app'),
    args: [],
    env: { AzureWebJobsStorage: storage.connectionString, MANUAL_SCHEDULE: '0 0 0 31 12 *' },
  });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await storage[Symbol.asyncDispose]();
});

async function runsOf(fn: string, of = host): Promise<Run[]> {
  return ((await (await fetch(`${of.url}/api/runs`)).json()) as Run[]).filter((run) => run.fn === fn);
}

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
}

async function textsIn(queue: QueueClient): Promise<string[]> {
  if (!(await queue.exists())) return [];
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: 32 });
  return peekedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString());
}

describe('a queue trigger', () => {
  it('gives messages with their metadata, writes what the function puts out and deletes them', async () => {
    await queues.getQueueClient('work').sendMessage(encode({ name: 'one' }));
    await expect.poll(async () => (await runsOf('work')).length).toBe(1);
    const [run] = await runsOf('work');
    expect(run).toMatchObject({
      message: { name: 'one' },
      metadata: {
        dequeueCount: 1,
        id: expect.any(String),
        popReceipt: expect.any(String),
        insertionTime: expect.any(String),
      },
    });
    await expect.poll(() => textsIn(queues.getQueueClient('results'))).toEqual(['{"done":"one"}', 'plain text']);
    const blob = BlobServiceClient.fromConnectionString(storage.connectionString)
      .getContainerClient('out')
      .getBlobClient('one.txt');
    await expect.poll(() => blob.exists()).toBe(true);
    expect((await blob.downloadToBuffer()).toString()).toBe('hello one');
    await expect
      .poll(async () => (await queues.getQueueClient('work').getProperties()).approximateMessagesCount)
      .toBe(0);
  });

  it('drops an output of an unknown type with a warning', async () => {
    await expect.poll(() => host.output).toContain('carrierPigeon');
  });

  it('gives text as text and numbers as numbers, as the library reads them', async () => {
    for (const text of ['plain', '42']) await queues.getQueueClient('texts').sendMessage(encode(text));
    await expect
      .poll(async () => (await runsOf('texts')).map(({ message }) => message))
      .toEqual(expect.arrayContaining([42, 'plain']));
  });

  it('gives bytes to a function that asks for them, every digit of a number with them', async () => {
    const text = '{"id":9007199254740993}';
    await queues.getQueueClient('bytes').sendMessage(encode(text));
    await expect
      .poll(async () => (await runsOf('bytes')).map(({ message }) => message))
      .toEqual([{ isBytes: true, text }]);
  });

  it('tries a failing message five times and then puts it into the poison queue', async () => {
    await queues.getQueueClient('work').sendMessage(encode({ name: 'bad', fail: true }));
    await expect.poll(() => textsIn(queues.getQueueClient('work-poison'))).toEqual(['{"name":"bad","fail":true}']);
    const counts = (await runsOf('work'))
      .filter(({ message }) => (message as { name: string }).name === 'bad')
      .map(({ metadata }) => metadata?.['dequeueCount']);
    expect(counts).toEqual([1, 2, 3, 4, 5]);
  });

  it('puts a message that is not base64 into the poison queue', async () => {
    await queues.getQueueClient('texts').sendMessage('{"not":"base64"}');
    const poison = queues.getQueueClient('texts-poison');
    await expect
      .poll(async () => (await poison.exists()) && (await poison.getProperties()).approximateMessagesCount)
      .toBe(1);
  });

  it('waits with the next try of a failing message as host.json says, and lets a message end before the host stops', async () => {
    await using other = await startHost({
      app: appDirectory('conformance-app'),
      env: {
        AzureWebJobsStorage: storage.connectionString,
        AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '01:00:00',
        'AzureWebJobs.tick.Disabled': 'true',
      },
    });
    await host.stop();
    const queue = queues.getQueueClient('work');
    await queue.sendMessage(encode({ name: 'later', fail: true }));
    await expect.poll(async () => (await runsOf('work', other)).length).toBe(1);
    await queue.sendMessage(encode({ name: 'slow', ms: 1_500 }));
    await expect.poll(async () => (await runsOf('work', other)).length).toBe(2);
    expect(await other.stop()).toBe(0);
    // The one that failed is all that is left, and nobody sees it for an hour.
    expect((await queue.receiveMessages()).receivedMessageItems).toEqual([]);
    expect((await queue.getProperties()).approximateMessagesCount).toBe(1);
    expect(other.output).toContain("Executed 'Functions.work' (Succeeded");
    await queue.clearMessages();
    await host.start();
  });
});

describe('an activity', () => {
  it('writes a blob whose path its input names', async () => {
    const durable = new DurableCaller({ url: host.url, key: host.keys.master });
    expect((await durable.run('backup', { files: ['a.txt', 'b/c.txt'] })).output).toEqual([10, 12]);
    const container = BlobServiceClient.fromConnectionString(storage.connectionString).getContainerClient('backups');
    expect((await container.getBlobClient('b/c.txt').downloadToBuffer()).toString()).toBe('text b/c.txt');
  });
});

describe('a timer trigger', () => {
  it('runs on its schedule with its status', async () => {
    await expect.poll(async () => (await runsOf('tick')).length).toBeGreaterThanOrEqual(2);
    const [, second] = await runsOf('tick');
    expect(second!.timer).toMatchObject({
      isPastDue: false,
      scheduleStatus: { last: expect.any(String), next: expect.any(String) },
    });
    expect(Date.parse(second!.timer!.scheduleStatus.next) % 2000).toBe(0);
  });

  it('runs at start when it says so', async () => {
    expect((await runsOf('yearly')).length).toBe(1);
  });

  it('runs once, past due, after a stop over its time', async () => {
    const app = temporaryApp({
      'app.js': `const { app } = require('@azure/functions');
const runs = [];
app.timer('tick', { schedule: '*/2 * * * * *', handler: (timer) => void runs.push(timer.isPastDue) });
app.http('runs', { authLevel: 'anonymous', handler: () => ({ jsonBody: runs }) });`,
    });
    await using other = await startHost({ app });
    await other.stop('SIGKILL');
    await sleep(4_500);
    await other.start();
    const runs = async (): Promise<unknown> => (await fetch(`${other.url}/api/runs`)).json();
    await expect.poll(runs).toEqual([true, false]);
  });

  it('runs by hand over the admin API', async () => {
    const response = await fetch(`${host.url}/admin/functions/manual`, {
      method: 'POST',
      headers: { 'x-functions-key': host.keys.master, 'content-type': 'application/json' },
      body: '{"input":""}',
    });
    expect(response.status).toBe(202);
    await expect.poll(async () => (await runsOf('manual')).length).toBe(1);
  });

  it('without a valid schedule is in error alone', async () => {
    const app = temporaryApp({
      'app.js': `${httpFunction('fine', "{ body: 'fine' }")}
app.timer('manual', { schedule: '%MANUAL_SCHEDULE%', handler: () => {} });`,
    });
    await using other = await startHost({ app, env: { MANUAL_SCHEDULE: 'every day' } });
    expect(other.output).toContain("The 'manual' function is in error");
    expect((await fetch(`${other.url}/api/fine`)).status).toBe(200);
  });
});

describe('an event grid trigger', () => {
  function deliver(
    body: unknown,
    headers: Record<string, string>,
    query = `functionName=grid&code=${host.keys.systemKeys['eventgrid_extension']}`,
  ): Promise<Response> {
    return fetch(`${host.url}/runtime/webhooks/EventGrid?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }
  const notification = { 'aeg-event-type': 'Notification' };

  it('validates a subscription', async () => {
    const response = await deliver(
      [{ eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', data: { validationCode: 'abc' } }],
      { 'aeg-event-type': 'SubscriptionValidation' },
    );
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ validationResponse: 'abc' });
  });

  it('responds to the handshake of CloudEvents', async () => {
    const response = await fetch(`${host.url}/runtime/webhooks/EventGrid?functionName=grid`, {
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'eventgrid.azure.net', 'webhook-request-rate': '120' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');
  });

  it('runs the function for each event of a delivery, in either schema', async () => {
    expect(
      (
        await deliver(
          [
            { id: '1', eventType: 't', data: { n: 1 } },
            { id: '2', eventType: 't', data: { n: 2 } },
          ],
          notification,
        )
      ).status,
    ).toBe(202);
    expect(
      (
        await deliver(
          { id: '3', specversion: '1.0', type: 't', data: { n: 3 } },
          { ...notification, 'content-type': 'application/cloudevents+json' },
        )
      ).status,
    ).toBe(202);
    expect((await runsOf('grid')).map(({ event }) => event?.data?.n)).toEqual([1, 2, 3]);
  });

  it('refuses a whole delivery if one event fails', async () => {
    expect(
      (
        await deliver(
          [
            { id: '4', data: {} },
            { id: '5', data: { fail: true } },
          ],
          notification,
        )
      ).status,
    ).toBe(500);
  });

  it('responds with 404 for an unknown function, 401 without the key, 400 for an unknown kind, 202 for a farewell', async () => {
    expect((await deliver([], notification, `functionName=unknown&code=${host.keys.master}`)).status).toBe(404);
    expect((await deliver([], notification, 'functionName=grid')).status).toBe(401);
    expect((await deliver([], { 'aeg-event-type': 'Else' })).status).toBe(400);
    expect((await deliver([], {})).status).toBe(400);
    const cloudEvent = { id: '6', specversion: '1.0', type: 't', data: {} };
    expect((await deliver(cloudEvent, { 'content-type': 'application/cloudevents+json' })).status).toBe(400);
    expect((await deliver([], { 'aeg-event-type': 'Unsubscribe' })).status).toBe(202);
  });
});
