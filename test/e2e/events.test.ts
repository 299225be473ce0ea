import { readFileSync } from 'node:fs';
import { QueueClient } from '@azure/storage-queue';
import { expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';
import { takeMessages } from '../support/queue-messages.ts';

const { stack, gateway } = await shareStack();
const queue = new QueueClient(stack.storage.connectionString, 'run-events');
await queue.createIfNotExists();

const example = JSON.parse(readFileSync('examples/events/blob-created.json', 'utf8')) as Record<string, unknown>;
/** As docs/operations.md has it. */
const WEBHOOK = '/runtime/webhooks/EventGrid?functionName=receive-event';

const deliver = (events: unknown, kind = 'Notification') => gateway.post(WEBHOOK, events, { 'aeg-event-type': kind });

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents by the names of the contract
async function runsByEvents(): Promise<any[]> {
  return (await gateway.get('/api/runs?label=trigger:landing&limit=100')).body.runs;
}

it('shakes hands with a subscription of either schema', async () => {
  const validation = {
    id: '1',
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    data: { validationCode: 'code-1' },
  };
  expect(await deliver([validation], 'SubscriptionValidation')).toMatchObject({
    status: 200,
    body: { validationResponse: 'code-1' },
  });
  const greeting = await gateway.send('OPTIONS', WEBHOOK, undefined, {
    'webhook-request-origin': 'eventgrid.azure.net',
  });
  expect(greeting).toMatchObject({ status: 200, headers: { 'webhook-allowed-origin': 'eventgrid.azure.net' } });
});

it('runs once what is delivered three times each way', async () => {
  for (let time = 0; time < 3; time++) {
    expect(await deliver([example])).toMatchObject({ status: 202 });
    const text = JSON.stringify(time === 0 ? example : [example]);
    await queue.sendMessage(time === 2 ? text : Buffer.from(text).toString('base64'));
  }

  await expect.poll(async () => (await queue.getProperties()).approximateMessagesCount).toBe(0);
  const runs = await runsByEvents();
  expect(runs).toMatchObject([
    { template: 'greet', source: 'event_grid', submitted_by: { kind: 'event_grid' }, labels: { trigger: 'landing' } },
  ]);
  await gateway.send('DELETE', `/api/runs/${runs[0].id}`);
});

it('asks Event Grid for nothing again: neither what matches no rule, nor what can never be run', async () => {
  const own = { ...example, id: 'own', type: 'DatabricksGateway.RunCompleted' };
  const unmatched = { ...example, id: 'unmatched', type: 'Microsoft.Storage.BlobDeleted' };
  const bare = { ...example, id: 'bare', data: {} };

  expect(await deliver(own)).toMatchObject({ status: 202 });
  expect(await deliver([unmatched, bare])).toMatchObject({ status: 202 });

  expect(await takeMessages(stack, 'run-events-poison', 1)).toEqual([
    {
      reason: expect.any(String),
      code: 'TEMPLATE_PARAMETERS_INVALID',
      message_id: 'bare',
      errors: [{ path: '/parameters/key', message: 'Is required.' }],
      body: bare,
    },
  ]);
  expect(await runsByEvents()).toHaveLength(1);
});
