import { createServer } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { QueueClient } from '@azure/storage-queue';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { runEventSchema } from '../../src/shared/http/openapi/schemas/event-schemas.ts';
import { startFileStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';
import { startMailReceiver } from '../support/mail-receiver.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents by the names of the contract
let received: { headers: Record<string, unknown>; document: any }[] = [];
let refusals = 0;
let silentCalls = 0;

const receiver = createServer((request, response) => {
  void text(request).then((body) => {
    if (refusals-- > 0) return response.writeHead(503).end();
    received.push({ headers: request.headers, document: JSON.parse(body) });
    return response.writeHead(204).end();
  });
});
receiver.listen(0, '127.0.0.1');
await once(receiver, 'listening');
const { port } = receiver.address() as AddressInfo;
const callbackUrl = `http://127.0.0.1:${port}/done`;
const silent = createServer((request) => {
  request.resume();
  silentCalls++;
});
silent.listen(0, '127.0.0.1');
await once(silent, 'listening');
const silentHost = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
const silentUrl = `http://${silentHost}/never`;
const mail = await startMailReceiver();
/** The host's places for activities. */
const PLACES = 8;
const { stack, gateway } = await startFileStack({
  isNotified: true,
  env: {
    AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions: String(PLACES),
    CALLBACK_ALLOWED_HOSTS: `127.0.0.1:${port},${silentHost}`,
    SMTP_URL: mail.url,
    MAIL_FROM: 'Gateway <gateway@example.com>',
  },
});

afterAll(async () => {
  await mail[Symbol.asyncDispose]();
  receiver.closeAllConnections();
  receiver.close();
  silent.closeAllConnections();
  silent.close();
});

beforeEach(() => {
  received = [];
  refusals = 0;
});

async function eventually<Value>(read: () => Promise<Value | undefined> | Value | undefined): Promise<Value> {
  for (const untilMs = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > untilMs) throw new Error('It never came.');
  }
}

/** The next message of the queue that holds results, decoded and deleted. */
// oxlint-disable-next-line typescript/no-explicit-any -- as above
async function nextMessage(): Promise<any> {
  const queue = new QueueClient(stack.storage.connectionString, 'run-results');
  return eventually(async () => {
    const { receivedMessageItems } = await queue.receiveMessages().catch(() => ({ receivedMessageItems: [] }));
    const [message] = receivedMessageItems;
    if (message === undefined) return undefined;
    await queue.deleteMessage(message.messageId, message.popReceipt);
    return JSON.parse(Buffer.from(message.messageText, 'base64').toString());
  });
}

it('puts the run document on the queue, as the Functions host encodes messages', async () => {
  const id = await gateway.submit({ ...simulated(0.1), gateway: { notify: { queue: true }, labels: { team: 'a' } } });

  expect(await nextMessage()).toMatchObject({ id, status: 'completed', outcome: 'succeeded', labels: { team: 'a' } });
});

it('publishes a CloudEvent for each change of a run, as the schema has them', async () => {
  const notify = { event_grid: true, on: ['canceled'] };
  const id = await gateway.submit({ ...simulated(600), gateway: { notify } });
  const eventsUpTo = (last: string) =>
    eventually(async () => {
      const { body } = await gateway.control('eventGrid', 'GET', 'events');
      const own = (body.events as { type: string; subject: string }[]).filter(({ subject }) => subject === id);
      return own.some(({ type }) => type === `DatabricksGateway.Run${last}`) ? own : undefined;
    });

  // A run that ends before it was seen at work has no event of its start.
  await eventsUpTo('Started');
  await gateway.send('DELETE', `/api/runs/${id}`);
  const events = await eventsUpTo('Completed');

  const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(runEventSchema());
  for (const event of events) expect(isValid(event) ? [] : isValid.errors).toEqual([]);
  expect(events.map(({ type }) => type.replace('DatabricksGateway.Run', ''))).toEqual([
    'Submitted',
    'Started',
    'Canceling',
    'Completed',
  ]);
  expect(events.at(-1)).toMatchObject({ data: { id, outcome: 'canceled' } });
});

it('calls back once the receiver takes it, however often it refuses before', async () => {
  refusals = 2;
  const id = await gateway.submit({ ...simulated(0.1), gateway: { notify: { callback_url: callbackUrl } } });

  const { headers, document } = await eventually(() => received[0]);

  expect(document).toMatchObject({ id, status: 'completed', outcome: 'succeeded' });
  expect(document.links.self).toBe(`${stack.url}/api/runs/${id}`);
  expect(headers['webhook-id']).toContain(id);
  const arrived = ({ notifications }: { notifications: { status: string }[] }) =>
    notifications[0]?.status === 'delivered';
  const { notifications } = await gateway.until(id, arrived);
  expect(notifications).toMatchObject([
    { channel: 'callback', target: new URL(callbackUrl).origin, attempts: 3, last_error: null },
  ]);
  const again = await gateway.post(`/api/runs/${id}/notifications`, undefined);
  expect(again).toMatchObject({ status: 202, body: { id, notifications } });
});

it('notifies again of an end whose receiver it has left alone, and of none that has not come', async () => {
  const inTheWay = await gateway.submit(simulated(60));
  refusals = 2;
  const id = await gateway.submit({ ...simulated(0.1), gateway: { notify: { callback_url: callbackUrl } } });
  await gateway.until(id, ({ notifications }) => notifications[0]?.attempts >= 2);

  const again = await gateway.post(`/api/runs/${id}/notifications`, {});
  const early = await gateway.post(`/api/runs/${inTheWay}/notifications`, {});

  expect([again.status, early.status]).toEqual([202, 409]);
  expect(early.body).toMatchObject({ code: 'RUN_ACTIVE' });
  expect((await eventually(() => received[0])).document.id).toBe(id);
  await gateway.send('DELETE', `/api/runs/${inTheWay}`);
});

it('tells the others although the queue takes no message, and the queue once it does', async () => {
  const match = { path: '/devstoreaccount1/run-results/messages', method: 'POST' };
  const fault = { match, kind: 'status', status: 403, error_code: 'AuthorizationPermissionMismatch' };
  await gateway.control('storage', 'POST', 'faults', fault);
  const notify = { queue: true, event_grid: true, callback_url: callbackUrl };
  const id = await gateway.submit({ ...simulated(0.1), gateway: { notify } });

  expect((await eventually(() => received[0])).document.id).toBe(id);
  await eventually(async () => {
    const { body } = await gateway.control('eventGrid', 'GET', 'events');
    return (body.events as { subject: string }[]).find(({ subject }) => subject === id);
  });
  await gateway.control('storage', 'DELETE', 'faults');
  expect(await nextMessage()).toMatchObject({ id });
  expect(received).toHaveLength(1);
});

it('tells only of the outcomes that were asked for', async () => {
  const notify = { callback_url: callbackUrl, on: ['failed'] };
  const good = await gateway.submit({ ...simulated(0.1), gateway: { notify } });
  const bad = await gateway.submit({ ...simulated(0.1, { result_state: 'FAILED' }), gateway: { notify } });
  await gateway.result(good);

  await eventually(() => received[0]);

  expect(received.map(({ document }) => document.id)).toEqual([bad]);
});

it('goes on telling after the host was killed in the middle of it', async () => {
  refusals = 2;
  const id = await gateway.submit({
    ...simulated(0.1),
    gateway: { notify: { callback_url: callbackUrl, queue: true } },
  });
  await gateway.result(id);
  await eventually(() => (refusals < 2 ? true : undefined));

  await stack.killHost();
  await stack.startHost();

  expect((await eventually(() => received[0])).document.id).toBe(id);
  expect(await nextMessage()).toMatchObject({ id });
});

it('lets receivers that never answer keep no other run waiting', async () => {
  const callback = { notify: { callback_url: silentUrl } };
  const waiting = await Promise.all(
    Array.from({ length: 2 * PLACES }, () => gateway.submit({ ...simulated(0.1), gateway: callback })),
  );
  await Promise.all(waiting.map((id) => gateway.result(id)));

  for (let round = 0; round < 3; round++) {
    const notify = { callback_url: callbackUrl };
    const id = await gateway.submit({ ...simulated(0.1), gateway: { notify } });
    expect((await gateway.result(id)).outcome).toBe('succeeded');
    expect((await eventually(() => received[round])).document.id).toBe(id);
  }

  // Far fewer than one for each run that waits, while three others ran and were notified of.
  expect(silentCalls).toBeGreaterThan(0);
  expect(silentCalls).toBeLessThan(PLACES);
});

it('writes of what Databricks cannot write of, and leaves plain runs to Databricks', async () => {
  const notify = (address: string) => ({ notify: { email: [address] } });
  const plain = await gateway.submit({ ...simulated(0.1), run_name: 'plain', gateway: notify('plain@example.com') });
  const bounded = await gateway.submit({
    ...simulated(0.1, { result_state: 'FAILED', error: '<b>planted</b>' }),
    run_name: 'with a deadline',
    gateway: { ...notify('deadline@example.com'), deadline_seconds: 600 },
  });
  const job = await gateway.post('/api/jobs/no-such-job/runs', { gateway: notify('job@example.com') });
  for (const id of [plain, bounded, String(job.body.id)]) await gateway.result(id);

  await eventually(() => (mail.received.length >= 2 ? true : undefined));

  const subjects = new Map(mail.received.map(({ to, mail: { subject } }) => [to.join(), subject]));
  expect(subjects.get('deadline@example.com')).toBe('with a deadline has failed');
  expect(subjects.get('job@example.com')).toBe('no-such-job was rejected');
  expect(mail.received[0]?.mail.html).not.toContain('<b>planted');
  expect((await gateway.get(`/api/runs/${plain}`)).body.notifications).toEqual([]);
  expect(subjects.size).toBe(2);
  const { runs } = (await gateway.control('databricks', 'GET', 'runs')).body as { runs: Record<string, unknown>[] };
  const addressed = JSON.stringify(runs.filter((run) => JSON.stringify(run).includes('@example.com')));
  expect(addressed).toContain('plain@example.com');
  expect(addressed).not.toMatch(/deadline@|job@/);
});

it('refuses a callback to a host that is not allowed', async () => {
  const body = { ...simulated(0.1), gateway: { notify: { callback_url: 'http://169.254.169.254/latest' } } };

  const answer = await gateway.post('/api/runs', body);

  expect(answer.status).toBe(422);
  expect(answer.body.errors[0].path).toBe('/gateway/notify/callback_url');
});
