import { randomUUID } from 'node:crypto';
import { QueueClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { AppContext } from '../../../src/shared/context.ts';
import type { RunRecord } from '../../../src/shared/domain/run-record.ts';
import { completeRun } from '../../../src/shared/runs/steps/complete-run.ts';
import { notifyEnd } from '../../../src/shared/runs/steps/notify-end.ts';
import { documentOf, endedRun, openContext, taskOf } from '../runs/ended-run.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { shareStorage } from '../../support/file-storage.ts';
import { MemoryOrchestrations } from '../../support/memory-orchestrations.ts';

const failed = (message: string) =>
  ({
    outcome: 'failed',
    failure: { class: 'user_code', code: 'RUN_EXECUTION_ERROR', message, retryable: false },
  }) as const;

const storage = await shareStorage();
const faults: typeof storage.faults = (...given) => storage.faults(...given);
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  // Other files may have left some there.
  await Promise.all([messages('run-results'), messages('run-notifications-poison')]);
});

afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
});

afterEach(async () => {
  await faults('DELETE');
  await messages('run-results');
  receiver.received.length = 0;
});

function open(env: Record<string, string> = {}): AppContext {
  const hosts = { CALLBACK_ALLOWED_HOSTS: new URL(receiver.url).host };
  return openContext(storage.connectionString, 'http://127.0.0.1:1', { ...hosts, ...env });
}

/** All messages of a queue, decoded and deleted. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents by the names of the contract
async function messages(name: string): Promise<any[]> {
  const queue = new QueueClient(storage.connectionString, name);
  await queue.createIfNotExists();
  const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
  await queue.clearMessages();
  return receivedMessageItems.map(({ messageText }) => JSON.parse(Buffer.from(messageText, 'base64').toString()));
}

/** As if nothing had been delivered yet. */
function undelivered({ deliveries }: RunRecord): RunRecord['deliveries'] {
  return deliveries.map((delivery) => ({ ...delivery, status: 'pending' }));
}

/** How the notifications of a run stand, as its document says. */
async function notificationsOf(context: AppContext, run: RunRecord) {
  return (await documentOf(context, run)).notifications.map(({ at: _at, ...rest }) => rest);
}

/** A run that has ended as failed and is closed, and that wants to be told by queue and callback. */
async function closedRun(context: AppContext, changes: Partial<RunRecord> = {}): Promise<RunRecord> {
  const notify = { queue: true, callback_url: `${receiver.url}/hook?sig=planted-signature` };
  const run = await endedRun(context, [], { notify });
  await context.ledger.write({ ...run, ...changes });
  await completeRun(
    context,
    { key: run, attempt: 1, end: failed(changes.stateMessage ?? 'It failed.'), final: false },
    new MemoryOrchestrations(),
  );
  return run;
}

it('tells the others although one does not take the news, and only the rest later', async () => {
  const context = open();
  const match = { path: '/devstoreaccount1/run-results/messages' };
  await faults('POST', { match, kind: 'status', status: 403, error_code: 'AuthorizationPermissionMismatch' });
  const run = await closedRun(context);
  expect(receiver.received.map(({ document }) => document.id)).toEqual([run.id]);

  expect(await notifyEnd(context, { key: run, attempt: 1, final: false })).toEqual({ kind: 'undelivered' });
  expect(await notifyEnd(context, { key: run, attempt: 1, final: false })).toEqual({ kind: 'undelivered' });
  expect(receiver.received.map(({ document }) => document.id)).toEqual([run.id]);
  const target = receiver.url;
  const refused = { channel: 'queue', target: 'run-results', status: 'failed', attempts: 3 };
  expect(await notificationsOf(context, run)).toEqual([
    { ...refused, last_error: expect.stringContaining('Storage') },
    { channel: 'callback', target, status: 'delivered', attempts: 1, last_error: null },
  ]);

  await faults('DELETE');
  expect(await notifyEnd(context, { key: run, attempt: 1, final: false })).toEqual({ kind: 'notified' });
  expect(await notifyEnd(context, { key: run, attempt: 1, final: false })).toEqual({ kind: 'notified' });
  expect(await messages('run-results')).toMatchObject([{ id: run.id, outcome: 'failed' }]);
  expect(receiver.received).toHaveLength(1);
  expect((await notificationsOf(context, run))[0]).toEqual({
    ...refused,
    status: 'delivered',
    attempts: 4,
    last_error: null,
  });
});

it('puts the end of a run on the queue whatever the length of its texts, labels and tasks', async () => {
  const context = open();
  const tasks = Array.from({ length: 100 }, (_, index) =>
    taskOf(`${index}`.padEnd(100, 'ü'), String(index), 'skipped'),
  );
  const labels = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`${index}`, '名'.repeat(255)]));
  const run = await closedRun(context, { tasks, stateMessage: '名'.repeat(4_000) });
  const long = await endedRun(context, [], { notify: { queue: true }, labels });
  await context.ledger.write({ ...long, tasks, stateMessage: '名'.repeat(4_000) });
  await completeRun(
    context,
    { key: long, attempt: 1, end: failed('名'.repeat(4_000)), final: false },
    new MemoryOrchestrations(),
  );

  for (const key of [run, long]) {
    expect(await notifyEnd(context, { key, attempt: 1, final: false })).toEqual({ kind: 'notified' });
  }

  const told = await messages('run-results');
  expect(told.map(({ id, outcome }) => [id, outcome])).toEqual([
    [run.id, 'failed'],
    [long.id, 'failed'],
  ]);
  expect(told[0].tasks).toHaveLength(100);
  expect(told[1]).toMatchObject({ tasks: [], tasks_truncated: true, labels });
});

it('keeps a dead letter at the final try, without what signs the address', async () => {
  const key = `${randomUUID()}: not base64!`;
  const context = open({ CALLBACK_SIGNING_KEY: key });
  const run = await closedRun(context);

  expect(await notifyEnd(context, { key: run, attempt: 1, final: false })).toEqual({ kind: 'undelivered' });
  expect(await messages('run-notifications-poison')).toEqual([]);
  expect(await notifyEnd(context, { key: run, attempt: 1, final: true })).toEqual({ kind: 'undelivered' });

  expect(receiver.received).toEqual([]);
  expect(await messages('run-results')).toHaveLength(1);
  expect(await messages('run-notifications-poison')).toEqual([
    {
      run_id: run.id,
      channel: 'callback',
      target: receiver.url,
      code: 'CALLBACK_SIGNING_KEY',
      links: { self: `https://gateway.example.com/api/runs/${run.id}` },
    },
  ]);
  const [, callback] = await notificationsOf(context, run);
  expect(callback).toMatchObject({ target: receiver.url, status: 'abandoned', attempts: 3 });
  expect(JSON.stringify(await documentOf(context, run))).not.toMatch(/planted|not base64/);
});

it('tells how an attempt ended although the run is under repair by then', async () => {
  const context = open();
  const run = await closedRun(context);
  const closed = (await context.ledger.get(run))!.record;
  await context.ledger.write({
    ...closed,
    deliveries: undelivered(closed),
    attempt: 2,
    status: 'queued',
    outcome: null,
  });

  expect(await notifyEnd(context, { key: run, attempt: 1, final: false })).toEqual({ kind: 'notified' });
  expect(receiver.received[0]?.document).toMatchObject({ attempt: 1, status: 'completed', outcome: 'failed' });

  await completeRun(
    context,
    { key: run, attempt: 2, end: { outcome: 'succeeded', failure: null }, final: false },
    new MemoryOrchestrations(),
  );
  expect(await notifyEnd(context, { key: run, attempt: 2, final: false })).toEqual({ kind: 'notified' });
  expect(receiver.received.at(-1)?.document).toMatchObject({ attempt: 2, outcome: 'succeeded' });
});

it('tells nobody of an end that was not asked for', async () => {
  const context = open();
  const run = await endedRun(context, [], { notify: { queue: true, on: ['succeeded'] } });
  await completeRun(
    context,
    { key: run, attempt: 1, end: failed('It failed.'), final: false },
    new MemoryOrchestrations(),
  );

  expect(await notifyEnd(context, { key: run, attempt: 1, final: false })).toEqual({ kind: 'notified' });
  expect(await messages('run-results')).toEqual([]);
});

it('says of a channel that the settings do not provide for that nobody is notified by it', async () => {
  const context = open();
  const run = await endedRun(context, [], { notify: { event_grid: true, queue: true } });
  await completeRun(
    context,
    { key: run, attempt: 1, end: failed('It failed.'), final: false },
    new MemoryOrchestrations(),
  );

  expect(await notificationsOf(context, run)).toMatchObject([
    { channel: 'queue', status: 'delivered', attempts: 1 },
    { channel: 'event_grid', status: 'abandoned', attempts: 0, last_error: expect.stringContaining('do not provide') },
  ]);
});
