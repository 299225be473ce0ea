import { afterAll, beforeAll, expect, it } from 'vitest';
import { shareStack, webhookOf } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const { stack, gateway } = await shareStack();

const failing = simulated(0.1, { result_state: 'FAILED' });
const completed = { 'idempotency-key': 'completed before the host was killed' };
const cutOff = { 'idempotency-key': 'cut off as the host was killed' };
let completedId: string;
let runningId: string;

// One restart for all that it may break: with a run that has ended, one that is active, a request that is cut off, and
// a vault that is away when the host is back.
beforeAll(async () => {
  // What is notified of while the host is down is lost, and such a run is found by a sweep.
  await gateway.control('databricks', 'DELETE', 'webhooks');
  completedId = await gateway.submit(failing, completed);
  await gateway.result(completedId);
  runningId = await gateway.submit(simulated(4));
  await gateway.until(runningId, ({ run_id: runId }) => runId !== null);
  await Promise.all([gateway.post('/api/runs', simulated(0.1), cutOff).catch(() => undefined), stack.killHost()]);
  await gateway.control('vault', 'POST', 'faults', { match: {}, kind: 'status', status: 503 });
  await stack.startHost();
});

afterAll(() => gateway.control('databricks', 'POST', 'webhooks', webhookOf(stack)));

it('is down without its vault, accepts a run all the same, and completes it when the vault is back', async () => {
  const health = await gateway.get('/api/health');
  expect(health.status).toBe(503);
  expect(health.headers['retry-after']).toMatch(/^\d+$/);
  expect(health.body).toMatchObject({
    status: 'down',
    checks: { vault: { status: 'down' }, storage: { status: 'ok' } },
  });
  const asked = () => gateway.control('vault', 'GET', 'requests').then(({ body }) => body.total as number);
  const id = await gateway.submit(simulated(0.1));
  await gateway.until(id, ({ status }) => status === 'submitting');
  const before = await asked();
  await expect.poll(asked).toBeGreaterThan(before);
  expect((await gateway.get(`/api/runs/${id}`)).body.status).toBe('submitting');

  await gateway.control('vault', 'DELETE', 'faults');

  expect((await gateway.result(id)).outcome).toBe('succeeded');
  expect((await gateway.get('/api/health')).status).toBe(200);
  expect(stack.hostLog()).not.toContain(stack.databricks.token);
});

it('finishes a run whose host was killed meanwhile, with one run at Databricks', async () => {
  expect((await gateway.result(runningId)).outcome).toBe('succeeded');
  expect(await gateway.databricksRuns(runningId)).toHaveLength(1);
});

it('answers a repetition of a completed request with the stored outcome', async () => {
  const replay = await gateway.post('/api/runs', failing, completed);

  expect(replay.status).toBe(202);
  expect(replay.headers['idempotency-replayed']).toBe('true');
  expect(replay.body).toMatchObject({ id: completedId, status: 'completed', outcome: 'failed' });
  expect(await gateway.databricksRuns(completedId)).toHaveLength(1);
});

it('completes a request whose host was killed in the middle of it, once it comes again', async () => {
  const again = await gateway.post('/api/runs', simulated(0.1), cutOff);

  expect(again.status).toBe(202);
  expect((await gateway.result(again.body.id)).outcome).toBe('succeeded');
  expect(await gateway.databricksRuns(again.body.id)).toHaveLength(1);
});
