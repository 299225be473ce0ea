import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { Agent } from 'undici';
import { expect, it } from 'vitest';
import { callbackChannel } from '../../../src/shared/notify/callback-channel.ts';
import type { RunDocument } from '../../../src/shared/runs/run-document.ts';

const key = `whsec_${Buffer.from('a planted signing key').toString('base64')}`;
const document = { id: 'run1', attempt: 2, outcome: 'failed' } as RunDocument;

async function receive(status: number, tell: (url: string) => Promise<void>) {
  const received: { headers: Record<string, string>; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await tell(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
  } finally {
    server.close();
  }
  return received;
}

it('posts the run document with a signature that Standard Webhooks libraries accept', async () => {
  const channel = callbackChannel({ dispatcher: new Agent(), signingKey: async () => key, now: Date.now });

  const [received] = await receive(204, (url) => channel.tell(document, url));

  expect(new Webhook(key).verify(received!.body, received!.headers)).toEqual(document);
  expect(received!.headers['webhook-id']).toBe('run1-2');
});

it.each([302, 404, 500])('takes %i for a refusal, and follows no redirect', async (status) => {
  const channel = callbackChannel({ dispatcher: new Agent(), signingKey: async () => undefined, now: Date.now });
  const told = receive(status, (url) => channel.tell(document, url));

  await expect(told).rejects.toMatchObject({ code: 'CALLBACK_REFUSED', retryable: true });
});
