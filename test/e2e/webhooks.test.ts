import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startStack, type Stack } from '../../local/stack.ts';
import { Gateway, simulated, type Answer } from '../support/gateway.ts';

let stack: Stack;
let gateway: Gateway;

const destination = { username: 'databricks', password: 'of the destination' };

beforeAll(async () => {
  stack = await startStack({
    env: {
      DATABRICKS_WEBHOOK_ID: 'c0ffee00-0000-4000-8000-000000000001',
      DATABRICKS_WEBHOOK_USERNAME: destination.username,
      DATABRICKS_WEBHOOK_PASSWORD_SECRET: 'webhook-password',
    },
  });
  gateway = new Gateway(stack);
  stack.vault.secrets.set('webhook-password', destination.password);
});

afterAll(() => stack[Symbol.asyncDispose]());

async function deliver(changes: Record<string, unknown> = {}): Promise<void> {
  const url = `${stack.url}/api/webhooks/databricks`;
  const answer = await gateway.control('databricks', 'POST', 'webhooks', { url, ...destination, ...changes });
  if (answer.status !== 200) throw new Error(answer.text);
}

async function send(body: unknown, { username, password } = destination): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return gateway.post('/api/webhooks/databricks', body, { authorization });
}

interface Known {
  run_id: number;
  end_time: number;
}

async function knownRun(runId: string): Promise<Known> {
  return (await gateway.control('databricks', 'GET', `runs/${runId}`)).body;
}

beforeEach(async () => {
  await gateway.control('databricks', 'DELETE', 'webhooks');
  await gateway.control('databricks', 'DELETE', 'requests');
});

it.each(['string', 'number'])(
  'sees the end of a run within a second of its notification, with ids as %s',
  async (ids) => {
    await deliver({ ids });

    const result = await gateway.result(await gateway.submit(simulated(8)));

    expect(result.outcome).toBe('succeeded');
    const completedMs = Date.parse(result.completed_at);
    expect(completedMs).toBe((await knownRun(result.run_id)).end_time);
    expect(Date.now() - completedMs).toBeLessThan(1_500);
    // Submit, the look at the start, the look at the end, the output.
    expect(await gateway.operations('runs/get')).toEqual({ 200: 2 });
  },
);

it('bears notifications that come twice, late, or not at all', async () => {
  await deliver({ duplicate: true, delay_seconds: 0.5 });
  expect((await gateway.result(await gateway.submit(simulated(2)))).outcome).toBe('succeeded');
  await deliver({ drop: true });
  expect((await gateway.result(await gateway.submit(simulated(2)))).outcome).toBe('succeeded');
});

it('believes nothing that a notification says: it reads the run back', async () => {
  const id = await gateway.submit(simulated(60));
  const { run_id: runId } = await gateway.until(id, (document) => document.run_id !== null);

  const answers = [
    await send({ event_type: 'jobs.on_failure', workspace_id: '1', run: { run_id: runId }, job: { job_id: '1' } }),
    await send({ event_type: 'jobs.on_failure', run: { run_id: Number(runId) }, state: 'FAILED', made_up: true }),
    await send({
      event_type: 'jobs.on_success',
      task: { task_key: 'main' },
      run: { run_id: 4_711, parent_run_id: Number(runId) },
      job: { job_id: 1 },
    }),
    await send({ event_type: 'jobs.on_success', run: { run_id: '4711', parent_run_id: runId } }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await gateway.get(`/api/runs/${id}`)).body.status).not.toBe('completed');
  await gateway.send('DELETE', `/api/runs/${id}`);
  expect((await gateway.result(id)).outcome).toBe('canceled');
});

it('answers 401 to wrong credentials and 400 to what is no notification', async () => {
  const notification = { event_type: 'jobs.on_success', run: { run_id: '1' } };

  const wrong = [
    await gateway.post('/api/webhooks/databricks', notification),
    await send(notification, { ...destination, password: 'guessed' }),
    await send(notification, { ...destination, username: 'someone' }),
    await gateway.post('/api/webhooks/databricks', notification, { authorization: 'Bearer x' }),
  ];
  const malformed = await send({ event_type: 'jobs.on_success' });

  expect(wrong.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  expect(malformed.status).toBe(400);
  expect(wrong.map(({ text }) => text).join()).not.toContain('guessed');
});

it('answers 200 to the notification of a run of somebody else', async () => {
  expect((await send({ event_type: 'jobs.on_success', run: { run_id: '987654321' } })).status).toBe(200);
});
