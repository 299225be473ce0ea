import { afterEach, expect, it } from 'vitest';
import { shareStack, WEBHOOK_SETTINGS, webhookOf } from '../support/file-stack.ts';
import { simulated, type Answer } from '../support/gateway.ts';

const { stack, gateway } = await shareStack();

const destination = {
  username: WEBHOOK_SETTINGS.DATABRICKS_WEBHOOK_USERNAME,
  password: WEBHOOK_SETTINGS.DATABRICKS_WEBHOOK_PASSWORD,
};

async function deliver(changes: Record<string, unknown> = {}): Promise<void> {
  const answer = await gateway.control('databricks', 'POST', 'webhooks', { ...webhookOf(stack), ...changes });
  if (answer.status !== 200) throw new Error(answer.text);
}

async function send(body: unknown, { username, password } = destination): Promise<Answer> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return gateway.post('/api/webhooks/databricks', body, { authorization });
}

interface Known {
  end_time: number;
}

async function knownRun(runId: string): Promise<Known> {
  return (await gateway.control('databricks', 'GET', `runs/${runId}`)).body;
}

afterEach(() => deliver());

it.each(['string', 'number'])('sees the end of a run that the workspace tells of, with ids as %s', async (ids) => {
  await deliver({ ids });

  const result = await gateway.result(await gateway.submit(simulated(3)));

  expect(result.outcome).toBe('succeeded');
  expect(Date.parse(result.completed_at)).toBe((await knownRun(result.run_id)).end_time);
});

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
  expect(wrong[0]?.headers['www-authenticate']).toBe('Basic realm="webhooks"');
  expect(malformed.status).toBe(400);
  expect(wrong.map(({ text }) => text).join()).not.toContain('guessed');
});

it('answers 200 to the notification of a run of somebody else', async () => {
  expect((await send({ event_type: 'jobs.on_success', run: { run_id: '987654321' } })).status).toBe(200);
});
