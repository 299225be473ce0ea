import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { simulatedRun, simulatedTask, startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeEach(async () => {
  workspace = await startEmulatedWorkspace({ timeScale: 100 });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const queued = (parameters: Record<string, string>) => simulatedRun(parameters, { queue: { enabled: true } });

describe('the limit of concurrent runs', () => {
  test('responds with 429 to a run that may not queue', async () => {
    await workspace.control('POST', 'limits', { max_concurrent_runs: 1 });
    const first = await workspace.submit(simulatedRun({ seconds: '30' }));
    const response = await workspace.post('jobs/runs/submit', simulatedRun());
    expect(response).toMatchObject({ status: 429, body: { error_code: 'REQUEST_LIMIT_EXCEEDED' } });
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    await workspace.ended(first);
    expect((await workspace.post('jobs/runs/submit', simulatedRun())).status).toBe(200);
  });

  test('queues the others and starts them in order', async () => {
    await workspace.control('POST', 'limits', { max_concurrent_runs: 1 });
    // It ends when the clock is set forward, so that the others wait until they have been looked at.
    const first = await workspace.submit(simulatedRun({ seconds: '36000' }));
    const waiting = [
      await workspace.submit(queued({ seconds: '20' })),
      await workspace.submit(queued({ seconds: '20' })),
    ];
    const { body } = await workspace.get('jobs/runs/get', { run_id: waiting[0] });
    expect(body.state).toMatchObject({ life_cycle_state: 'QUEUED', queue_reason: expect.any(String) });
    expect(body.status).toMatchObject({ state: 'QUEUED', queue_details: { code: 'ACTIVE_RUNS_LIMIT_REACHED' } });
    await workspace.control('POST', 'clock', { advance_seconds: 36_000 });
    const ended = [];
    for (const runId of [first, ...waiting]) ended.push((await workspace.ended(runId)).end_time);
    expect(ended).toEqual(ended.toSorted((a, b) => a - b));
    expect((await workspace.get('jobs/runs/get', { run_id: waiting[1] })).body.queue_duration).toBeGreaterThan(20_000);
  });

  test('lets a queued run be cancelled', async () => {
    await workspace.control('POST', 'limits', { max_concurrent_runs: 0 });
    const runId = await workspace.submit(queued({}));
    await workspace.post('jobs/runs/cancel-all', { all_queued_runs: true });
    expect((await workspace.ended(runId)).state.result_state).toBe('CANCELED');
  });

  test('starts what waits when it is lifted', async () => {
    await workspace.control('POST', 'limits', { max_concurrent_runs: 0 });
    const runId = await workspace.submit(queued({}));
    const { body } = await workspace.control('POST', 'limits', { max_concurrent_runs: null });
    expect(body.max_concurrent_runs).toBeNull();
    expect((await workspace.ended(runId)).state.result_state).toBe('SUCCESS');
  });
});

test('a saved job has a limit of its own: it skips, or queues', async () => {
  const tasks = [simulatedTask('a', { seconds: '30' })];
  const { body: skipping } = await workspace.post('/api/2.1/jobs/create', { name: 'skips', tasks });
  const first = (await workspace.post('/api/2.1/jobs/run-now', skipping)).body.run_id;
  const second = (await workspace.post('/api/2.1/jobs/run-now', skipping)).body.run_id;
  expect((await workspace.ended(second)).state).toMatchObject({
    life_cycle_state: 'SKIPPED',
    result_state: 'MAXIMUM_CONCURRENT_RUNS_REACHED',
  });
  expect((await workspace.ended(first)).state.result_state).toBe('SUCCESS');

  const { body: queueing } = await workspace.post('/api/2.2/jobs/create', { name: 'queues', tasks });
  await workspace.post('jobs/run-now', queueing);
  const third = (await workspace.post('jobs/run-now', queueing)).body.run_id;
  const { body } = await workspace.get('jobs/runs/get', { run_id: third });
  expect(body.status.queue_details.code).toBe('MAX_CONCURRENT_RUNS_REACHED');
  expect((await workspace.ended(third)).state.result_state).toBe('SUCCESS');
});

test('refuses creations beyond the window in the words of Databricks, until it has moved on', async () => {
  await workspace.control('POST', 'limits', { creations: { count: 3, window_seconds: 60 } });
  for (let index = 0; index < 3; index++) await workspace.submit(simulatedRun());
  expect(await workspace.post('jobs/runs/submit', simulatedRun())).toMatchObject({
    status: 400,
    body: {
      error_code: 'INVALID_STATE',
      message:
        'There were already 3 jobs created in past 60 seconds, exceeding rate limit: 3 job creations per 60 seconds.',
    },
  });
  await workspace.control('POST', 'clock', { advance_seconds: 61 });
  expect((await workspace.post('jobs/runs/submit', simulatedRun())).status).toBe(200);
  await workspace.control('POST', 'limits', { creations: null });
  const responses = await Promise.all(
    Array.from({ length: 5 }, () => workspace.post('jobs/runs/submit', simulatedRun())),
  );
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
});

test('responds with 429 with whole seconds to an operation beyond its rate', async () => {
  await using real = await startEmulatedWorkspace();
  await real.control('POST', 'limits', { rates: { 'runs/list': 1 } });
  const responses = await Promise.all(Array.from({ length: 12 }, () => real.get('jobs/runs/list')));
  const refused = responses.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(6);
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  expect((await real.get('clusters/list')).status).toBe(200);
  await delay(1_100);
  expect((await real.get('jobs/runs/list')).status).toBe(200);
  await real.control('POST', 'limits', { rates: { 'runs/list': null } });
  const free = await Promise.all(Array.from({ length: 12 }, () => real.get('jobs/runs/list')));
  expect(free.every(({ status }) => status === 200)).toBe(true);
});

test('takes a burst of 2,000 submissions and finishes every run', async () => {
  await workspace.control('POST', 'limits', { max_concurrent_runs: 100 });
  const ids: number[] = [];
  for (let batch = 0; batch < 20; batch++)
    ids.push(...(await Promise.all(Array.from({ length: 100 }, () => workspace.submit(queued({ seconds: '1' }))))));
  expect(new Set(ids).size).toBe(2_000);
  await workspace.control('POST', 'clock', { advance_seconds: 3_600 });
  const { body } = await workspace.control('GET', 'runs');
  expect(body.runs).toHaveLength(2_000);
  expect(body.runs.every((run: { result_state: string }) => run.result_state === 'SUCCESS')).toBe(true);
});
