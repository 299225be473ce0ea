import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CLUSTER_ID,
  simulatedRun,
  simulatedTask,
  startEmulatedWorkspace,
  type EmulatedWorkspace,
} from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  workspace = await startEmulatedWorkspace({ timeScale: 100 });
});
afterAll(() => workspace[Symbol.asyncDispose]());

test.for(['2.0', '2.1', '2.2'])('makes a run through version %s of the API', async (version) => {
  const { status, body } = await workspace.post(`/api/${version}/jobs/runs/submit`, simulatedRun());
  expect(status).toBe(200);
  expect(body).toEqual({ run_id: expect.any(Number) });
  expect(body.run_id).toBeGreaterThan(2 ** 49);
  expect(body.run_id).toBeLessThan(2 ** 50);
});

test('takes the single-task form of the first tutorials', async () => {
  const runId = await workspace.submit({
    run_name: 'Test_Run_postman',
    existing_cluster_id: CLUSTER_ID,
    notebook_task: { notebook_path: '/Shared/test_notebook', base_parameters: { key: 'test_key' } },
    timeout_seconds: 300_000,
  });
  const run = await workspace.ended(runId);
  expect(run.state).toMatchObject({ life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' });
  expect(run.tasks).toMatchObject([{ task_key: 'Test_Run_postman' }]);
  expect(run.tasks[0].run_id).not.toBe(runId);
  const output = await workspace.output(run.tasks[0].run_id);
  expect(JSON.parse(output.notebook_output.result)).toEqual({ status: 'ok', params: 'test_key' });
  expect(await workspace.output(runId)).toMatchObject({
    metadata: { run_id: runId },
    notebook_output: output.notebook_output,
  });
});

test.for([
  ['its name, cut at 100 characters', { run_name: 'n'.repeat(101) }, 'n'.repeat(100)],
  ['Untitled where it has no name', {}, 'Untitled'],
] as const)('calls the only task of the single-task form by %s', async ([, name, key]) => {
  const { task_key: _key, ...task } = simulatedTask('a');
  const runId = await workspace.submit({ ...task, ...name });
  const { body } = await workspace.get('jobs/runs/get', { run_id: runId });
  expect(body.tasks).toMatchObject([{ task_key: key }]);
});

test('takes numbers and booleans as texts, and null for what is absent', async () => {
  const task = simulatedTask('a', {}, { max_retries: '0', new_cluster: null, libraries: null });
  const runId = await workspace.submit({
    run_name: null,
    timeout_seconds: '600',
    tasks: [task],
    queue: { enabled: 'true' },
  });
  const { body } = await workspace.get('jobs/runs/get', { run_id: runId });
  expect(body).toMatchObject({ run_name: 'Untitled', tasks: [{ max_retries: 0 }] });
});

test('gives a run without a name the name Untitled', async () => {
  const runId = await workspace.submit({ tasks: [simulatedTask('a')] });
  expect((await workspace.get('jobs/runs/get', { run_id: runId })).body.run_name).toBe('Untitled');
});

describe('refuses, in the words of Databricks,', () => {
  const task = simulatedTask('a');
  const { existing_cluster_id: _cluster, ...taskWithoutCompute } = task;
  const forEach = { task_key: 'each', for_each_task: { inputs: '[1, 2]', task } };
  test.for([
    [
      'shared job clusters',
      { tasks: [task], job_clusters: [] },
      'Shared job cluster feature is not supported in runs/submit API.',
    ],
    [
      'a job_cluster_key',
      { tasks: [{ ...taskWithoutCompute, job_cluster_key: 'k' }] },
      'Shared job cluster feature is not supported in runs/submit API.',
    ],
    [
      'a task that needs a cluster and names none',
      { tasks: [{ task_key: 'a', spark_jar_task: { main_class_name: 'X' } }] },
      'One of job_cluster_key, new_cluster, or existing_cluster_id must be specified.',
    ],
    [
      'the single-task form without compute',
      { notebook_task: { notebook_path: '/a' } },
      'One of job_cluster_key, new_cluster, or existing_cluster_id must be specified.',
    ],
    [
      'a notebook by a relative path',
      { tasks: [{ ...task, notebook_task: { notebook_path: 'etl/load' } }] },
      "Only absolute paths are currently supported. Paths must begin with '/'.",
    ],
  ] as const)('%s', async ([, body, message]) => {
    const response = await workspace.post('jobs/runs/submit', body);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE', message });
  });

  test.for([
    ['no task', { tasks: [] }],
    ['two tasks of one key', { tasks: [task, task] }],
    ['a task of two types', { tasks: [{ ...task, sql_task: {} }] }],
    ['a task of no type', { tasks: [{ task_key: 'a', existing_cluster_id: CLUSTER_ID }] }],
    ['two kinds of compute', { tasks: [{ ...task, new_cluster: {} }] }],
    ['retries of a for-each task', { tasks: [{ ...forEach, max_retries: 3 }] }],
    ['libraries of a for-each task', { tasks: [{ ...forEach, libraries: [{ pypi: { package: 'x' } }] }] }],
    ['a for-each task in another', { tasks: [{ ...forEach, for_each_task: { inputs: '[1]', task: forEach } }] }],
    ['a dependency on nothing', { tasks: [{ ...task, depends_on: [{ task_key: 'z' }] }] }],
    [
      'a circle',
      {
        tasks: [
          simulatedTask('a', {}, { depends_on: [{ task_key: 'b' }] }),
          simulatedTask('b', {}, { depends_on: [{ task_key: 'a' }] }),
        ],
      },
    ],
    ['wrong types', { tasks: [task], timeout_seconds: 'soon' }],
    ['over 1,000 tasks', { tasks: Array.from({ length: 1_001 }, (_, index) => simulatedTask(`t${index}`)) }],
    ['over 25 tags', simulatedRun({}, { tags: Object.fromEntries(Array.from({ length: 26 }, (_, n) => [n, ''])) })],
    ['a name over 4,096 bytes', simulatedRun({}, { run_name: 'ä'.repeat(2_049) })],
    [
      'parameters over 1 MB',
      {
        existing_cluster_id: CLUSTER_ID,
        notebook_task: { notebook_path: '/a', base_parameters: { key: 'x'.repeat(1_048_576) } },
      },
    ],
    ['a token over 64 characters', simulatedRun({}, { idempotency_token: 'x'.repeat(65) })],
  ] as const)('%s', async ([, body]) => {
    const response = await workspace.post('jobs/runs/submit', body);
    expect(response.status).toBe(400);
    expect(response.body.error_code).toBe('INVALID_PARAMETER_VALUE');
  });

  test('a body that is not JSON', async () => {
    const response = await workspace.post('jobs/runs/submit', '{"tasks": [');
    expect(response).toMatchObject({ status: 400, body: { error_code: 'MALFORMED_REQUEST' } });
  });

  test('a body over 10 MB', async () => {
    const response = await workspace.post('jobs/runs/submit', simulatedRun({ result: 'x'.repeat(11 * 1024 * 1024) }));
    expect(response.status).toBe(413);
  });
});

test('takes the 2.0 wording for version 2.0', async () => {
  const { body } = await workspace.post('/api/2.0/jobs/runs/submit', { notebook_task: { notebook_path: '/a' } });
  expect(body.message).toBe('Either new_cluster or existing_cluster_id must be specified.');
});

test('keeps what it does not know, digit for digit', async () => {
  const text = JSON.stringify(simulatedRun()).replace(
    '"task_key"',
    '"novelty":{"big":12345678901234567890},"task_key"',
  );
  const { body } = await workspace.post('jobs/runs/submit', text);
  const { body: run } = await workspace.request(`/api/2.2/jobs/runs/get?run_id=${body.run_id}`, {
    method: 'GET',
    headers: { authorization: 'Bearer dapi-test' },
  });
  expect(run.tasks[0].novelty.big).toBe(Number('12345678901234567890'));
});

describe('an idempotency token', () => {
  test('gives the same run, even when it has ended and the body is another', async () => {
    const body = simulatedRun({}, { idempotency_token: 'once' });
    const first = await workspace.submit(body);
    expect(await workspace.submit(body)).toBe(first);
    await workspace.ended(first);
    expect(await workspace.submit({ ...body, run_name: 'other' })).toBe(first);
  });

  test('gives one run to twenty requests at once', async () => {
    const body = simulatedRun({}, { idempotency_token: 'at-once' });
    const ids = await Promise.all(Array.from({ length: 20 }, () => workspace.submit(body)));
    expect(new Set(ids).size).toBe(1);
  });

  test('is refused once its run is deleted', async () => {
    const body = simulatedRun({}, { idempotency_token: 'deleted' });
    const runId = await workspace.submit(body);
    await workspace.ended(runId);
    expect((await workspace.post('jobs/runs/delete', { run_id: runId })).status).toBe(200);
    expect((await workspace.post('jobs/runs/submit', body)).status).toBe(400);
  });

  test('survives a lost response', async () => {
    const body = simulatedRun({}, { idempotency_token: 'lost' });
    await workspace.control('POST', 'faults', { match: { operation: 'runs/submit' }, kind: 'lost_response', times: 1 });
    await expect(workspace.submit(body)).rejects.toThrow('fetch failed');
    const runId = await workspace.submit(body);
    const { body: known } = await workspace.control('GET', 'runs');
    expect(known.runs.filter((run: { idempotency_token: string }) => run.idempotency_token === 'lost')).toHaveLength(1);
    expect(known.runs.find((run: { run_id: number }) => run.run_id === runId)).toBeDefined();
  });
});

test('accepts ids as numbers and as strings', async () => {
  const runId = await workspace.submit(simulatedRun({ seconds: '1000' }));
  expect(await workspace.post('jobs/runs/cancel', { run_id: String(runId) })).toMatchObject({ status: 200, body: {} });
  expect((await workspace.ended(runId)).state.result_state).toBe('CANCELED');
});
