import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  DatabricksNotFoundError,
  DatabricksProtocolError,
  DatabricksRateLimitedError,
  DatabricksRejectedError,
  DatabricksUnavailableError,
} from '../../../src/shared/databricks/errors.ts';
import { startLocalCloud } from './local-cloud.ts';

let cloud: Awaited<ReturnType<typeof startLocalCloud>>;
beforeAll(async () => {
  cloud = await startLocalCloud();
});
afterEach(async () => {
  await cloud.databricks.control.clearFaults();
  await cloud.databricks.control.clearRequests();
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
});

const PAT = { type: 'pat', token: { source: 'environment', name: 'DATABRICKS_TOKEN' } } as const;

function simulated(seconds: number, extra: object = {}): string {
  const notebook_task = {
    notebook_path: '/Simulated/work',
    base_parameters: { seconds: String(seconds), result: 'done' },
  };
  return JSON.stringify({ existing_cluster_id: '0101-000000-local00', notebook_task, ...extra });
}

it('follows a run from its submit to its output, with ids as text', async () => {
  await using client = cloud.connect(PAT);

  const { runId } = await client.jobs.submit(simulated(0));
  await expect.poll(async () => (await client.jobs.getRun(runId)).state?.life_cycle_state).toBe('TERMINATED');
  const run = await client.jobs.getRun(runId);
  const output = await client.jobs.getRunOutput(run.tasks[0]?.run_id ?? '');

  expect(runId).toMatch(/^\d+$/);
  expect(run.run_id).toBe(runId);
  expect(run.tasks[0]?.run_id).toMatch(/^\d+$/);
  expect(run.tasks[0]?.run_id).not.toBe(runId);
  expect(output.notebook_output?.result).toBe('done');
});

it('absorbs a 429 after the delay the server names', async () => {
  await using client = cloud.connect(PAT);
  const { runId } = await client.jobs.submit(simulated(0));
  await cloud.databricks.control.fault({
    match: { operation: 'runs/get' },
    kind: 'status',
    status: 429,
    retry_after: 2,
    times: 1,
  });
  const startedAt = performance.now();

  await client.jobs.getRun(runId);

  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(2_000);
  expect(await cloud.databricks.control.requests('runs/get')).toEqual({ 200: 1, 429: 1 });
});

it.each([
  ['503s', { kind: 'status', status: 503, error_code: 'TEMPORARILY_UNAVAILABLE', times: 2 }],
  ['resets', { kind: 'reset', times: 2 }],
  ['garbage', { kind: 'garbage', times: 2 }],
  ['lost answers', { kind: 'lost_response', times: 2 }],
  ['locks', { kind: 'status', status: 400, error_code: 'COULD_NOT_ACQUIRE_LOCK', times: 2 }],
])('absorbs %s', async (_name, fault) => {
  await using client = cloud.connect(PAT);
  const { runId } = await client.jobs.submit(simulated(0));
  await cloud.databricks.control.fault({ match: { operation: 'runs/get' }, ...fault });

  expect((await client.jobs.getRun(runId)).run_id).toBe(runId);
});

it('makes one run of a submit whose answer was lost', async () => {
  await using client = cloud.connect(PAT);
  await cloud.databricks.control.fault({ match: { operation: 'runs/submit' }, kind: 'lost_response', times: 2 });
  const body = simulated(0, { idempotency_token: 'lost-once', run_name: 'lost once' });

  const { runId } = await client.jobs.submit(body);

  expect(await client.jobs.submit(body)).toEqual({ runId });
  const names: (string | undefined)[] = [];
  for await (const run of client.jobs.listRuns()) names.push(run.run_name);
  expect(names.filter((name) => name === 'lost once')).toHaveLength(1);
});

it('never submits again without an idempotency token', async () => {
  await using client = cloud.connect(PAT);
  await cloud.databricks.control.fault({ match: { operation: 'runs/submit' }, kind: 'lost_response' });

  await expect(client.jobs.submit(simulated(0))).rejects.toThrow(DatabricksUnavailableError);
  expect(await cloud.databricks.control.requests('runs/submit')).toEqual({ 0: 1 });
});

it('reads all pages of 250 tasks', async () => {
  await using client = cloud.connect(PAT);
  const tasks = Array.from({ length: 250 }, (_, index) => ({
    task_key: `t${String(index).padStart(3, '0')}`,
    notebook_task: { notebook_path: '/Simulated/wait', base_parameters: { seconds: '60' } },
    existing_cluster_id: '0101-000000-local00',
  }));
  const { runId } = await client.jobs.submit(JSON.stringify({ tasks }));

  const run = await client.jobs.getRun(runId);
  await client.jobs.cancelRun(runId);

  expect(new Set(run.tasks.map(({ task_key }) => task_key))).toEqual(new Set(tasks.map(({ task_key }) => task_key)));
  expect(new Set(run.tasks.map(({ run_id }) => run_id)).size).toBe(250);
  expect(await cloud.databricks.control.requests('runs/get')).toEqual({ 200: 3 });
  await expect.poll(async () => (await client.jobs.getRun(runId)).state?.result_state).toBe('CANCELED');
});

it('tells an unknown run, a refused request and the output of a parent apart', async () => {
  await using client = cloud.connect(PAT);
  const { runId } = await client.jobs.submit(
    JSON.stringify({
      tasks: [
        { task_key: 'a', existing_cluster_id: '0101-000000-local00', notebook_task: { notebook_path: '/Simulated/a' } },
      ],
    }),
  );

  await expect(client.jobs.getRun('123456789')).rejects.toThrow(DatabricksNotFoundError);
  await expect(client.jobs.cancelRun('123456789')).rejects.toThrow(DatabricksNotFoundError);
  await expect(client.jobs.submit('{"tasks":"none"}')).rejects.toThrow(DatabricksRejectedError);
  await expect(client.jobs.getRunOutput(runId)).rejects.toThrow(DatabricksRejectedError);
});

it('hands the creation limit to the caller at once', async () => {
  await using client = cloud.connect(PAT);
  await cloud.databricks.control.set('limits', { creations: { count: 1, window_seconds: 3_600 } });

  const submits = [client.jobs.submit(simulated(0)), client.jobs.submit(simulated(0))];
  const error = await Promise.all(submits).catch((thrown: unknown) => thrown);
  await cloud.databricks.control.set('limits', { creations: null });

  expect(error).toBeInstanceOf(DatabricksRateLimitedError);
  expect(error).toMatchObject({ errorCode: 'INVALID_STATE', status: 400, retryAfterMs: 60_000 });
});

it('keeps a burst below the documented rate, so that Databricks never says 429', async () => {
  await using client = cloud.connect(PAT);
  const { runId } = await client.jobs.submit(simulated(0));

  await Promise.all(Array.from({ length: 150 }, () => client.jobs.getRun(runId)));

  expect(await cloud.databricks.control.requests('runs/get')).toEqual({ 200: 150 });
});

it('gives up on a workspace that answers nonsense for good', async () => {
  await using client = cloud.connect(PAT);
  await cloud.databricks.control.fault({ match: { operation: 'runs/get' }, kind: 'garbage' });

  await expect(client.jobs.getRun('1', { budgetMs: 500 })).rejects.toThrow(DatabricksProtocolError);
});

it('stops at once when the caller leaves', async () => {
  await using client = cloud.connect(PAT);
  await cloud.databricks.control.fault({
    match: { operation: 'runs/get' },
    kind: 'status',
    status: 429,
    retry_after: 30,
  });

  await expect(client.jobs.getRun('1', { signal: AbortSignal.timeout(200) })).rejects.toThrow('aborted due to timeout');
});
