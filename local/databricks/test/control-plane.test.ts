import { afterAll, beforeAll, expect, test } from 'vitest';
import { WAREHOUSE_ID } from '../sql/compute.ts';
import { simulatedRun, simulatedTask, startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  workspace = await startEmulatedWorkspace({ sqlWarehouse: true });
});
afterAll(() => workspace[Symbol.asyncDispose]());

test('wants the token', async () => {
  expect((await workspace.request('/_emulator/runs', { method: 'GET' })).status).toBe(401);
});

test('counts operations by their REST path and status', async () => {
  await workspace.control('DELETE', 'requests');
  await workspace.submit(simulatedRun());
  await workspace.get('jobs/runs/get', { run_id: 1 });
  await workspace.get('/api/2.0/clusters/get', { cluster_id: 'x' });
  await workspace.post('jobs/run-now', { job_id: 1 });
  expect((await workspace.control('GET', 'requests')).body).toEqual({
    total: 4,
    operations: {
      'runs/submit': { 200: 1 },
      'runs/get': { 400: 1 },
      'clusters/get': { 400: 1 },
      'run-now': { 400: 1 },
    },
  });
});

test('shows faults by operation', async () => {
  const fault = { match: { operation: 'runs/list' }, kind: 'status', status: 429, retry_after: 7, times: 1 };
  await workspace.control('POST', 'faults', fault);
  const struck = await workspace.get('jobs/runs/list');
  expect(struck.status).toBe(429);
  expect(struck.headers.get('retry-after')).toBe('7');
  expect((await workspace.get('jobs/runs/list')).status).toBe(200);
});

test('moves time on: what falls due meanwhile has happened', async () => {
  const runId = await workspace.submit(simulatedRun({ seconds: '7200' }));
  const { body: before } = await workspace.control('GET', 'clock');
  const { body: after } = await workspace.control('POST', 'clock', { advance_seconds: 3_600 });
  expect(after.now - before.now).toBeGreaterThanOrEqual(3_600_000);
  expect((await workspace.get('jobs/runs/get', { run_id: runId })).body.state.life_cycle_state).toBe('RUNNING');
  await workspace.control('POST', 'clock', { advance_seconds: 3_601 });
  const { body: run } = await workspace.get('jobs/runs/get', { run_id: runId });
  expect(run.state.result_state).toBe('SUCCESS');
  expect(run.tasks[0].execution_duration).toBe(7_200_000);
});

test('holds statements of a text at work until they are stopped, or held no longer', async () => {
  const statement = "SELECT 'held' AS a";
  const execute = (wait: string) =>
    workspace.post('/api/2.0/sql/statements', { statement, warehouse_id: WAREHOUSE_ID, wait_timeout: wait });
  const held = await workspace.control('POST', 'statements', { held: [statement] });
  const [canceled, released] = [await execute('0s'), await execute('0s')].map(({ body }) => body.statement_id);
  const state = async (id: string) => (await workspace.get(`/api/2.0/sql/statements/${id}`)).body.status.state;

  expect(held.body).toEqual({ held: [statement] });
  await workspace.post(`/api/2.0/sql/statements/${canceled}/cancel`, {});
  expect(await state(canceled)).toBe('CANCELED');
  expect(await state(released)).toBe('RUNNING');
  await workspace.control('POST', 'statements', { held: [] });
  await expect.poll(() => state(released)).toBe('SUCCEEDED');
  expect((await execute('30s')).body.result.data_array).toEqual([['held']]);
});

test('shows everything that it knows of each run', async () => {
  const runId = await workspace.submit(simulatedRun({ seconds: '0', result: 'r' }, { idempotency_token: 'known' }));
  await workspace.ended(runId);
  const { body } = await workspace.control('GET', 'runs');
  expect(body.runs.find((run: { run_id: number }) => run.run_id === runId)).toMatchObject({
    idempotency_token: 'known',
    life_cycle_state: 'TERMINATED',
    result_state: 'SUCCESS',
    termination_code: 'SUCCESS',
    tasks: [{ task_key: 'main', result_state: 'SUCCESS', notebook_output: { result: 'r' } }],
  });
  const { body: ofToken } = await workspace.control('GET', 'runs?idempotency_token=know');
  expect(ofToken.runs.map((run: { run_id: number }) => run.run_id)).toEqual([runId]);
  expect((await workspace.control('GET', `runs/${runId}`)).body.run_id).toBe(runId);
  expect((await workspace.control('GET', 'runs/5')).status).toBe(404);
});

test('shows what was asked for a run as it was asked, also what it does not act on, digit for digit', async () => {
  const asked = {
    tags: { team: 'a' },
    timeout_seconds: 60,
    queue: { enabled: true },
    webhook_notifications: { on_success: [{ id: 'w' }] },
    email_notifications: { on_failure: ['a@example.com'] },
    access_control_list: [{ user_name: 'a@example.com', permission_level: 'CAN_VIEW' }],
  };
  const body = JSON.stringify(simulatedRun({ seconds: '0' }, asked)).replace(
    '{',
    '{"novelty":{"big":12345678901234567890},',
  );
  const { run_id: runId } = (await workspace.post('jobs/runs/submit', body)).body;
  const { body: known, text } = await workspace.control('GET', `runs/${runId}`);
  expect(known).toMatchObject({ ...asked, settings: asked });
  expect(known.tasks[0]).toMatchObject(simulatedTask('main', { seconds: '0' }));
  expect(text).toContain('"novelty":{"big":12345678901234567890}');
});

test('refuses what it does not understand', async () => {
  expect((await workspace.control('POST', 'limits', { max_runs: 1 })).status).toBe(400);
  expect((await workspace.control('POST', 'clock', { advance_seconds: -1 })).status).toBe(400);
  expect((await workspace.control('POST', 'webhooks', { url: 'nowhere' })).status).toBe(400);
  expect((await workspace.control('GET', 'nothing')).status).toBe(404);
});

test('responds with 404 to an operation that it does not have', async () => {
  expect(await workspace.get('/api/2.1/unity-catalog/tables')).toMatchObject({
    status: 404,
    body: { error_code: 'ENDPOINT_NOT_FOUND' },
  });
});
