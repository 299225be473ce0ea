import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  simulatedRun,
  simulatedTask,
  startEmulatedWorkspace,
  type EmulatedWorkspace,
  type Json,
} from './emulated-workspace.ts';

const received: { authorization: string | undefined; body: Json }[] = [];
const receiver = createServer((request, response) => {
  void request.toArray().then((chunks: Buffer[]) => {
    received.push({ authorization: request.headers.authorization, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.end();
  });
});
let workspace: EmulatedWorkspace;
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  workspace = await startEmulatedWorkspace({ timeScale: 100 });
});
afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
  receiver.close();
});
beforeEach(async () => {
  received.length = 0;
  await workspace.control('POST', 'webhooks', { url, username: 'u', password: 'p' });
});

const RECIPIENTS = [{ id: 'destination' }];
const EVERYTHING = { webhook_notifications: { on_start: RECIPIENTS, on_success: RECIPIENTS, on_failure: RECIPIENTS } };

async function types(count: number, patienceMs = 3_000): Promise<string[]> {
  for (let waitedMs = 0; received.length < count && waitedMs < patienceMs; waitedMs += 10) await delay(10);
  await delay(50);
  // Two deliveries may overtake each other.
  return received.map(({ body }) => body.event_type as string).sort();
}

test('notifies of the start and the end of a run, with Basic credentials and ids only', async () => {
  const runId = await workspace.submit(simulatedRun({}, { run_name: 'notified', ...EVERYTHING }));
  expect(await types(2)).toEqual(['jobs.on_start', 'jobs.on_success']);
  const run = await workspace.ended(runId);
  expect(received.find(({ body }) => body.event_type === 'jobs.on_success')).toEqual({
    authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    body: {
      event_type: 'jobs.on_success',
      workspace_id: expect.stringMatching(/^\d+$/),
      run: { run_id: String(runId) },
      job: { job_id: String(run.job_id), name: 'notified' },
    },
  });
});

test('notifies of tasks in a form of their own', async () => {
  const runId = await workspace.submit({ tasks: [simulatedTask('t', { result_state: 'FAILED' }, EVERYTHING)] });
  expect(await types(2)).toEqual(['jobs.on_failure', 'jobs.on_start']);
  const run = await workspace.ended(runId);
  expect(received[0]?.body).toMatchObject({
    task: { task_key: 't' },
    run: { run_id: String(run.tasks[0].run_id), parent_run_id: String(runId) },
  });
});

test('sends ids as numbers on request', async () => {
  await workspace.control('POST', 'webhooks', { url, ids: 'number' });
  const runId = await workspace.submit(simulatedRun({}, { webhook_notifications: { on_success: RECIPIENTS } }));
  await types(1);
  expect(received[0]).toMatchObject({ authorization: undefined, body: { run: { run_id: runId } } });
});

describe('delivery', () => {
  const notified = () => workspace.submit(simulatedRun({}, { webhook_notifications: { on_success: RECIPIENTS } }));

  test('may be lost', async () => {
    await workspace.control('POST', 'webhooks', { url, drop: true });
    await workspace.ended(await notified());
    expect(await types(1, 200)).toEqual([]);
  });

  test('may happen twice', async () => {
    await workspace.control('POST', 'webhooks', { url, duplicate: true });
    await notified();
    expect(await types(2)).toEqual(['jobs.on_success', 'jobs.on_success']);
  });

  test('may be late by real seconds', async () => {
    await workspace.control('POST', 'webhooks', { url, delay_seconds: 2 });
    await workspace.ended(await notified());
    expect(received).toHaveLength(0);
    expect(await types(1)).toEqual(['jobs.on_success']);
  });

  test('does not trouble anyone when nobody listens', async () => {
    await workspace.control('POST', 'webhooks', { url: 'http://127.0.0.1:1/' });
    expect((await workspace.ended(await notified())).state.result_state).toBe('SUCCESS');
  });
});

test('is silent about cancelled runs where it was asked to be', async () => {
  const muted = {
    notification_settings: { no_alert_for_canceled_runs: true },
    webhook_notifications: { on_failure: RECIPIENTS },
  };
  const runId = await workspace.submit(simulatedRun({ seconds: '9999' }, muted));
  await workspace.post('jobs/runs/cancel', { run_id: runId });
  await workspace.ended(runId);
  expect(await types(1, 200)).toEqual([]);
});

test('warns of a run that takes long', async () => {
  const health = { rules: [{ metric: 'RUN_DURATION_SECONDS', op: 'GREATER_THAN', value: 10 }] };
  const warned = { health, webhook_notifications: { on_duration_warning_threshold_exceeded: RECIPIENTS } };
  await workspace.submit(simulatedRun({ seconds: '30' }, warned));
  expect(await types(1)).toEqual(['jobs.on_duration_warning_threshold_exceeded']);
});

test('sends to destinations that were made through the API, and keeps their credentials to itself', async () => {
  const { body: destination } = await workspace.post('/api/2.0/notification-destinations', {
    display_name: 'mine',
    config: { generic_webhook: { url, username: 'own', password: 'secret' } },
  });
  expect(JSON.stringify(destination)).not.toContain('secret');
  await workspace.submit(simulatedRun({}, { webhook_notifications: { on_success: [{ id: destination.id }] } }));
  await types(1);
  expect(received[0]?.authorization).toBe(`Basic ${Buffer.from('own:secret').toString('base64')}`);
  expect((await workspace.get('/api/2.0/notification-destinations')).body.results).toHaveLength(1);
  expect(
    (
      await workspace.request(`/api/2.0/notification-destinations/${destination.id}`, {
        method: 'DELETE',
        headers: { authorization: 'Bearer dapi-test' },
      })
    ).status,
  ).toBe(200);
  expect((await workspace.get(`/api/2.0/notification-destinations/${destination.id}`)).status).toBe(404);
});
