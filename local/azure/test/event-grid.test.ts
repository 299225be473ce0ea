import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openCertificateAuthority } from '../../emulator/certificate-authority.ts';
import { startEventGrid, type EventGrid } from '../event-grid.ts';
import { startManagedIdentity, type ManagedIdentity } from '../managed-identity.ts';

const disposables = new AsyncDisposableStack();
let identity: ManagedIdentity;
let topic: EventGrid;
let dispatcher: Agent;

interface ReceivedEvent {
  id: string;
  data?: { validationCode?: string };
}
interface Delivery {
  method: string | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: ReceivedEvent | ReceivedEvent[] | undefined;
}
const deliveries: Delivery[] = [];
let webhookUrl: string;
let webhookStatus = 200;

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'event-grid-'));
  disposables.defer(() => rm(dir, { recursive: true }));
  const authority = await openCertificateAuthority(dir);
  dispatcher = new Agent({ connect: { ca: await readFile(authority.caFile, 'utf8') } });
  disposables.defer(() => dispatcher.close());
  identity = disposables.use(await startManagedIdentity({ token: 'control', identityHeader: 'h' }));
  const tls = await authority.issue(['localhost']);
  topic = disposables.use(await startEventGrid({ tls, token: 'control', identity }));

  const webhook = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  disposables.defer(() => void webhook.close());
  webhookUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`;
});
afterAll(() => disposables.disposeAsync());

function firstOf(body: Delivery['body']): ReceivedEvent | undefined {
  return Array.isArray(body) ? body[0] : body;
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const received = await text(request);
  const body = received === '' ? undefined : (JSON.parse(received) as Delivery['body']);
  deliveries.push({ method: request.method, headers: request.headers, body });
  const isSilent = request.url === '/silent';
  if (request.method === 'OPTIONS' && !isSilent) response.setHeader('webhook-allowed-origin', '*');
  response.statusCode = webhookStatus;
  const code = firstOf(body)?.data?.validationCode;
  response.end(code && !isSilent ? JSON.stringify({ validationResponse: code }) : '');
}
beforeEach(async () => {
  deliveries.length = 0;
  webhookStatus = 200;
  await control('DELETE', 'events');
});

async function control(method: string, name: string, body?: unknown) {
  const response = await fetch(`${topic.url}/_emulator/${name}`, {
    dispatcher,
    method,
    headers: { authorization: 'Bearer control' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function publish(events: unknown, headers: Record<string, string> = { 'aeg-sas-key': 'control' }) {
  const response = await fetch(topic.endpoint, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(events),
  });
  return response.status;
}

const EVENT = {
  id: '1',
  subject: 'runs/1',
  eventType: 'Run.Completed',
  eventTime: '2026-01-01T00:00:00Z',
  dataVersion: '1',
  data: { n: 1 },
};
const CLOUD_EVENT = { specversion: '1.0', id: '2', source: '/runs', type: 'Run.Completed', data: { n: 2 } };
const AS_CLOUD_EVENT = { 'content-type': 'application/cloudevents+json; charset=utf-8', 'aeg-sas-key': 'control' };

describe('a topic', () => {
  it('takes events of both schemas and shows them, oldest first', async () => {
    expect(await publish([EVENT])).toBe(200);
    expect(await publish(CLOUD_EVENT, AS_CLOUD_EVENT)).toBe(200);
    const { body } = await control('GET', 'events');
    expect(body.events).toMatchObject([{ ...EVENT, topic: expect.any(String), metadataVersion: '1' }, CLOUD_EVENT]);
  });

  it('keeps the last 1,000', async () => {
    for (let batch = 0; batch < 3; batch += 1)
      await publish(Array.from({ length: 400 }, (_, i) => ({ ...EVENT, id: String(batch * 400 + i) })));
    const { body } = await control('GET', 'events');
    expect(body.events).toHaveLength(1_000);
    expect(body.events[0].id).toBe('200');
  });

  it('takes a token for Event Grid, and no other', async () => {
    const bearer = async (audience: string) => {
      const response = await fetch(`${identity.endpoint}?resource=${audience}&api-version=2019-08-01`, {
        headers: { 'x-identity-header': 'h' },
      });
      return { authorization: `Bearer ${((await response.json()) as { access_token: string }).access_token}` };
    };
    expect(await publish([EVENT], await bearer('https://eventgrid.azure.net'))).toBe(200);
    expect(await publish([EVENT], await bearer('https://vault.azure.net'))).toBe(401);
    expect(await publish([EVENT], {})).toBe(401);
    expect(await publish([EVENT], { 'aeg-sas-key': 'wrong' })).toBe(401);
  });

  it.each([[{}], [[{ ...EVENT, eventTime: 'now' }]], [[{ id: '1' }]]])('refuses %j', async (events) => {
    expect(await publish(events)).toBe(400);
  });
});

describe('a subscription', () => {
  it('is validated, then gets every event in the schema that it was published in', async () => {
    const { body } = await control('POST', 'subscriptions', { url: webhookUrl });
    expect(deliveries[0]).toMatchObject({
      headers: { 'aeg-event-type': 'SubscriptionValidation' },
      body: [{ eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent' }],
    });
    await publish([EVENT]);
    await publish(CLOUD_EVENT, AS_CLOUD_EVENT);
    await expect.poll(() => deliveries).toHaveLength(3);
    const notified = deliveries.slice(1).map(({ headers, body }) => [headers['aeg-event-type'], firstOf(body)?.id]);
    expect(notified).toContainEqual(['Notification', '1']);
    expect(notified).toContainEqual(['Notification', '2']);
    expect((await control('DELETE', `subscriptions/${body.id}`)).status).toBe(200);
    await publish([EVENT]);
    expect(deliveries).toHaveLength(3);
  });

  it('asks a CloudEvents webhook for its consent', async () => {
    const { status, body } = await control('POST', 'subscriptions', { url: webhookUrl, schema: 'cloud_events' });
    expect(status).toBe(200);
    expect(deliveries[0]).toMatchObject({
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
    });
    await control('DELETE', `subscriptions/${body.id}`);
  });

  it('delivers again to a webhook that fails', async () => {
    const { body } = await control('POST', 'subscriptions', { url: webhookUrl });
    webhookStatus = 500;
    await publish([EVENT]);
    await expect.poll(() => deliveries).toHaveLength(2);
    webhookStatus = 200;
    await expect
      .poll(async () => (await control('GET', 'subscriptions')).body.subscriptions)
      .toMatchObject([{ delivered: 1, dropped: 0 }]);
    await control('DELETE', `subscriptions/${body.id}`);
  });

  it('is refused to a webhook that does not complete the handshake, or is not on this machine', async () => {
    expect((await control('POST', 'subscriptions', { url: `${webhookUrl}/silent` })).status).toBe(400);
    const silent = { url: `${webhookUrl}/silent`, schema: 'cloud_events' };
    expect((await control('POST', 'subscriptions', silent)).status).toBe(400);
    expect((await control('POST', 'subscriptions', { url: 'https://example.com/hook' })).status).toBe(400);
  });
});
