import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { Agent } from 'undici';
import { expect, it } from 'vitest';
import { openCallbacks } from '../../../src/shared/notify/callback-channel.ts';
import type { RunDocument } from '../../../src/shared/domain/run-document.ts';
import { startReceiver, type Receiver } from './receiver.ts';

const key = `whsec_${Buffer.from('a planted signing key').toString('base64')}`;
const document = { id: 'run1', attempt: 2, outcome: 'failed' } as RunDocument;

const agent = new Agent();

function channelWith(receiver: Receiver, signingKey: string | undefined, timeoutMs?: number, other?: string) {
  return openCallbacks({
    dispatcher: async () => agent,
    hosts: { allowed: [new URL(receiver.url).host], allowedPrivate: [] },
    signingKeys: async () => [signingKey, other].filter((one) => one !== undefined),
    now: Date.now,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

it('posts the run document with a signature that Standard Webhooks libraries accept', async () => {
  await using receiver = await startReceiver();

  await channelWith(receiver, key).send(document, `${receiver.url}/hook`);

  const { headers } = receiver.received[0]!.request;
  const verified = new Webhook(key).verify(JSON.stringify(document), headers as Record<string, string>);
  expect(verified).toEqual(receiver.received[0]!.document);
  expect(headers['webhook-id']).toBe('run1-2');
});

it('signs with both keys while a receiver changes to another one', async () => {
  await using receiver = await startReceiver();
  const next = `whsec_${Buffer.from('another planted signing key').toString('base64')}`;

  await channelWith(receiver, next, undefined, key).send(document, `${receiver.url}/hook`);

  const headers = receiver.received[0]!.request.headers as Record<string, string>;
  for (const known of [key, next])
    expect(new Webhook(known).verify(JSON.stringify(document), headers)).toMatchObject({ id: 'run1' });
  const stranger = new Webhook(`whsec_${Buffer.from('no key of anybody').toString('base64')}`);
  expect(() => stranger.verify(JSON.stringify(document), headers)).toThrow('No matching signature');
});

it.each([301, 302, 303, 307, 308, 404, 500])('takes %i for a refusal, and follows no redirect', async (status) => {
  await using receiver = await startReceiver((response) =>
    response.writeHead(status, { location: '/elsewhere' }).end(),
  );

  const sent = channelWith(receiver, undefined).send(document, `${receiver.url}/hook`);

  await expect(sent).rejects.toMatchObject({ code: 'CALLBACK_REFUSED', retryable: true });
  expect(receiver.received).toHaveLength(1);
});

it('gives up a receiver that does not respond in time', async () => {
  await using receiver = await startReceiver(() => undefined);

  const sent = channelWith(receiver, undefined, 200).send(document, `${receiver.url}/hook`);

  await expect(sent).rejects.toMatchObject({ code: 'CALLBACK_REFUSED' });
});

it('waits no longer for a receiver whose response never ends, which has the notification', async () => {
  const drip = (response: ServerResponse) => {
    response.writeHead(200);
    const dripping = setInterval(() => response.write('.'), 20);
    response.on('close', () => clearInterval(dripping));
  };
  await using receiver = await startReceiver(drip);

  await channelWith(receiver, undefined, 300).send(document, `${receiver.url}/hook`);

  expect(receiver.received).toHaveLength(1);
});

it('says that the key is malformed without quoting it', async () => {
  const malformed = 'whsec_not base64: planted';
  await using receiver = await startReceiver();

  const error: unknown = await channelWith(receiver, malformed)
    .send(document, receiver.url)
    .catch((failure: unknown) => failure);

  expect(error).toMatchObject({ code: 'CALLBACK_SIGNING_KEY' });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('planted');
  expect(receiver.received).toEqual([]);
});
