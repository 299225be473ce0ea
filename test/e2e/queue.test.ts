import { QueueClient } from '@azure/storage-queue';
import { expect, it } from 'vitest';
import { sendMessages } from '../../bench/queue/messages.ts';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';
import { takeMessages } from '../support/queue-messages.ts';

const { stack, gateway } = await shareStack();
const queue = new QueueClient(stack.storage.connectionString, 'run-requests');
await queue.createIfNotExists();
// Other files of the worker may have left some there.
const results = new QueueClient(stack.storage.connectionString, 'run-results');
await results.createIfNotExists();
await results.clearMessages();

async function sendAll(texts: readonly string[]): Promise<void> {
  await Promise.all(texts.map((text) => queue.sendMessage(text)));
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
// oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents by the names of the contract
const runsOf = async (label: string): Promise<any[]> =>
  (await gateway.get(`/api/runs?label=${label}&limit=100`)).body.runs;

it('runs once what is sent three times, in either encoding, and puts the result on the queue', async () => {
  const body = {
    ...simulated(0.1),
    idempotency_token: 'order-1',
    correlation_id: 'order-1/first',
    gateway: { labels: { test: 'queue-thrice' } },
  };
  await sendAll([JSON.stringify(body), base64(JSON.stringify(body)), JSON.stringify(body)]);

  const [result] = await takeMessages(stack, 'run-results', 1);
  expect(result).toMatchObject({
    status: 'completed',
    outcome: 'succeeded',
    correlation_id: 'order-1/first',
    source: 'queue',
    submitted_by: { kind: 'queue', id: 'run-requests' },
    template: null,
  });
  await expect.poll(async () => (await queue.getProperties()).approximateMessagesCount).toBe(0);
  expect((await runsOf('test:queue-thrice')).map(({ id }) => id)).toEqual([result.id]);
});

it('keeps every digit of an id in a message that is no base64', async () => {
  await sendAll(['{"job":9007199254740993,"gateway":{"labels":{"test":"queue-digits"}}}']);

  const [result] = await takeMessages(stack, 'run-results', 1);
  expect(result).toMatchObject({ job_id: '9007199254740993', outcome: 'rejected' });
});

it('loses no message of a host that is killed, and keeps what can never run with the reason', async () => {
  const report = await sendMessages(stack, gateway, {
    messages: 24,
    poisonEvery: 12,
    kills: 1,
    label: 'queue-killed',
    patienceMs: 90_000,
    // That runs go on after a kill is shown elsewhere.
    isFollowed: false,
  });

  expect(report).toMatchObject({ sent: 24, runs: 22, poison: 2, violations: [] });
  const { body } = await gateway.control('eventGrid', 'GET', 'events');
  const refused = (body.events as { type: string; data: unknown }[]).filter(({ type }) =>
    type.endsWith('.MessageRefused'),
  );
  expect(refused.map(({ data }) => data)).toEqual(
    expect.arrayContaining([
      { queue: 'run-requests', message_id: expect.any(String), code: 'INVALID_JSON', reason: expect.any(String) },
    ]),
  );
});
