import { beforeEach, expect, it } from 'vitest';
import { sweepRuns } from '../../src/shared/runs/sweep/sweep-runs.ts';
import { startFileStack } from '../support/file-stack.ts';
import { simulated, type Answer } from '../support/gateway.ts';
import { openInProcessGateway } from '../support/in-process-gateway.ts';

const MINUTE = 60_000;
const destination = { username: 'databricks', password: 'of the destination' };

const { stack, gateway } = await startFileStack({
  env: {
    // The sweeps of this file are its own.
    'AzureWebJobs.sweep-runs.Disabled': 'true',
    DATABRICKS_WEBHOOK_ID: 'c0ffee00-0000-4000-8000-000000000001',
    DATABRICKS_WEBHOOK_USERNAME: destination.username,
    DATABRICKS_WEBHOOK_PASSWORD_SECRET: 'webhook-password',
  },
});
stack.vault.secrets.set('webhook-password', destination.password);

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

async function knownRuns(): Promise<Known[]> {
  return (await gateway.control('databricks', 'GET', 'runs')).body.runs;
}

async function knownRun(runId: string): Promise<Known> {
  return (await gateway.control('databricks', 'GET', `runs/${runId}`)).body;
}

beforeEach(async () => {
  await gateway.control('databricks', 'DELETE', 'webhooks');
  await gateway.control('databricks', 'DELETE', 'requests');
});

it.each(['string', 'number'])('sees the end of a run that the workspace tells of, with ids as %s', async (ids) => {
  await deliver({ ids });

  const result = await gateway.result(await gateway.submit(simulated(8)));

  expect(result.outcome).toBe('succeeded');
  expect(Date.parse(result.completed_at)).toBe((await knownRun(result.run_id)).end_time);
});

it('bears notifications that come twice, late, or not at all', async () => {
  await deliver({ duplicate: true, delay_seconds: 0.5 });
  expect((await gateway.result(await gateway.submit(simulated(2)))).outcome).toBe('succeeded');
  await deliver({ drop: true });
  expect((await gateway.result(await gateway.submit(simulated(2)))).outcome).toBe('succeeded');
});

/** A run of a notebook of which too few are known to say when it should have ended. */
function untold(seconds: number) {
  const run = simulated(seconds);
  return { ...run, notebook_task: { ...run.notebook_task, notebook_path: `/Simulated/untold-${seconds}` } };
}

/** Runs whose start has been told and whose end will not be; answers their ids once each is known to be pushed. */
async function submitUntold(...seconds: number[]): Promise<string[]> {
  // The workspace's own notification of a start may be here before the gateway knows the run's id.
  await deliver({ drop: true });
  const ids = await Promise.all(seconds.map((each) => gateway.submit(untold(each))));
  for (const id of ids) {
    const { run_id: runId } = await gateway.until(id, (document) => document.run_id !== null);
    await send({ event_type: 'jobs.on_start', run: { run_id: runId } });
  }
  const { context } = await openInProcessGateway(stack);
  await expect
    .poll(async () => Promise.all(ids.map(async (id) => (await context.ledger.find(id))?.record.hasNotifications)))
    .toEqual(ids.map(() => true));
  return ids;
}

it.each([
  ['string', String],
  ['number', Number],
] as const)('reads a run once, as soon as its end is told, with its id as %s', async (_name, type) => {
  const [id = ''] = await submitUntold(4);
  await expect.poll(async () => (await knownRuns()).filter((run) => run.end_time === 0)).toHaveLength(0);
  const { body: run } = await gateway.get(`/api/runs/${id}`);
  expect(run.outcome).toBeNull();
  await gateway.control('databricks', 'DELETE', 'requests');

  // It would not have been read for minutes otherwise.
  await send({ event_type: 'jobs.on_success', run: { run_id: type(run.run_id) } });

  expect((await gateway.result(id)).outcome).toBe('succeeded');
  expect(await gateway.operations('runs/get')).toEqual({ 200: 1 });
});

it('finds the ends that were never told by one list of the active runs', async () => {
  const ids = await submitUntold(6, 6, 6, 120);
  const [long] = ids.splice(3);
  const soon = await openInProcessGateway(stack, { aheadMs: 10 * MINUTE });
  const later = await openInProcessGateway(stack, { aheadMs: 12 * MINUTE });
  await expect.poll(async () => (await knownRuns()).filter((run) => run.end_time === 0)).toHaveLength(1);
  await gateway.control('databricks', 'DELETE', 'requests');

  const first = await sweepRuns(soon.context, soon.orchestrations);
  const outcomes = await Promise.all(ids.map(async (id) => (await gateway.result(id)).outcome));
  await sweepRuns(soon.context, soon.orchestrations);

  expect(first).toMatchObject({ active: 4, woken: 3, failed: 0 });
  expect(outcomes).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(await gateway.operations('runs/get')).toEqual({ 200: 3 });
  expect(await gateway.operations('runs/list')).toEqual({ 200: 1 });
  // Notifications from before this process may have found nobody.
  expect((await sweepRuns(later.context, later.orchestrations)).woken).toBe(0);
  expect(await gateway.operations('runs/list')).toEqual({ 200: 2 });
  await gateway.send('DELETE', `/api/runs/${long}`);
  expect((await gateway.result(long ?? '')).outcome).toBe('canceled');
});

it('looks at each run whose check is due where the list cannot be read', async () => {
  const [id = ''] = await submitUntold(12);
  await expect.poll(async () => (await knownRuns()).filter((run) => run.end_time === 0)).toHaveLength(0);
  const match = { operation: 'runs/list' };
  await gateway.control('databricks', 'POST', 'faults', { match, kind: 'status', status: 403 });
  const soon = await openInProcessGateway(stack, { aheadMs: 30 * MINUTE });
  const before = await soon.context.sweeps.latest();

  const { woken, listedAtMs } = await sweepRuns(soon.context, soon.orchestrations);

  await gateway.control('databricks', 'DELETE', 'faults');
  expect(woken).toBe(1);
  expect(listedAtMs).toEqual(before?.listedAtMs ?? {});
  expect((await gateway.result(id)).outcome).toBe('succeeded');
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
