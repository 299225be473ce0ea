import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  simulatedRun,
  simulatedTask,
  startEmulatedWorkspace,
  TOKEN,
  type EmulatedWorkspace,
} from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  workspace = await startEmulatedWorkspace({ timeScale: 1_000 });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const manyTasks = (count: number) => Array.from({ length: count }, (_, index) => simulatedTask(`t${index}`));

test('responds for an unknown run with 400, as the service does', async () => {
  for (const path of ['jobs/runs/get', 'jobs/runs/get-output', 'jobs/runs/export'])
    expect(await workspace.get(path, { run_id: 1 })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE', message: 'Run 1 does not exist.' },
    });
});

test('takes the arguments of a GET in a JSON body as well', async () => {
  const runId = await workspace.submit(simulatedRun());
  const response = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const body = JSON.stringify({ run_id: runId });
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-length': body.length };
    const ca = readFileSync(workspace.caFile);
    const sent = request(`${workspace.url}/api/2.2/jobs/runs/get`, { method: 'GET', headers, ca }, (response) => {
      void text(response).then((whole) => resolve({ status: response.statusCode, text: whole }), reject);
    });
    sent.once('error', reject).end(body);
  });
  expect(response.status).toBe(200);
  expect(JSON.parse(response.text)).toMatchObject({ run_id: runId });
});

test('shows the original of a run that was never repaired', async () => {
  const runId = await workspace.submit(simulatedRun());
  const { tasks } = await workspace.ended(runId);
  const { body } = await workspace.get('jobs/runs/get', { run_id: runId, include_history: true });
  expect(body.repair_history).toMatchObject([{ type: 'ORIGINAL', task_run_ids: [tasks[0].run_id] }]);
});

test('echoes the id of an unknown run digit for digit', async () => {
  const message = 'Run 9223372036854775807 does not exist.';
  expect((await workspace.get('jobs/runs/get', { run_id: '9223372036854775807' })).body).toMatchObject({ message });
  expect((await workspace.post('jobs/runs/cancel', '{"run_id":9223372036854775807}')).body).toMatchObject({ message });
});

test('pages tasks by a hundred in 2.2, and returns all at once before', async () => {
  const runId = await workspace.submit({ tasks: manyTasks(230) });
  const keys: string[] = [];
  const sizes: number[] = [];
  let pageToken: string | undefined;
  do {
    const { body } = await workspace.get('jobs/runs/get', {
      run_id: runId,
      ...(pageToken ? { page_token: pageToken } : {}),
    });
    sizes.push(body.tasks.length);
    keys.push(...body.tasks.map((task: { task_key: string }) => task.task_key));
    pageToken = body.next_page_token;
  } while (pageToken);
  expect(sizes).toEqual([100, 100, 30]);
  expect(new Set(keys).size).toBe(230);
  const { body: old } = await workspace.get('/api/2.1/jobs/runs/get', { run_id: runId });
  expect(old.tasks).toHaveLength(230);
  expect(old).not.toHaveProperty('next_page_token');
});

test('pages job parameters and job clusters, too', async () => {
  const { body: job } = await workspace.post('jobs/create', {
    name: 'many parameters',
    parameters: Array.from({ length: 150 }, (_, index) => ({ name: `p${index}`, default: 'd' })),
    job_clusters: [{ job_cluster_key: 'k', new_cluster: {} }],
    tasks: [simulatedTask('a')],
  });
  const { body: started } = await workspace.post('jobs/run-now', job);
  const { body: first } = await workspace.get('jobs/runs/get', started);
  const { body: second } = await workspace.get('jobs/runs/get', { ...started, page_token: first.next_page_token });
  expect([first.job_parameters.length, second.job_parameters.length]).toEqual([100, 50]);
  expect(first.job_clusters).toHaveLength(1);
  expect(second).not.toHaveProperty('job_clusters');
  expect(second).not.toHaveProperty('next_page_token');
});

test('refuses the output of a run as a whole, in the words of Databricks', async () => {
  const runId = await workspace.submit(simulatedRun());
  const response = await workspace.get('jobs/runs/get-output', { run_id: runId });
  expect(response).toMatchObject({
    status: 400,
    body: {
      error_code: 'INVALID_PARAMETER_VALUE',
      message:
        'Retrieving the output of runs with multiple tasks is not supported. Please retrieve the output of each individual task run instead.',
    },
  });
});

test('returns the first 5 MB of a notebook value, cut between characters', async () => {
  const limit = 5 * 1024 * 1024;
  const runId = await workspace.submit(simulatedRun({ result: `x${'é'.repeat(limit / 2)}` }));
  const run = await workspace.ended(runId);
  const { notebook_output: output } = await workspace.output(run.tasks[0].run_id);
  expect(output.truncated).toBe(true);
  expect(Buffer.byteLength(output.result)).toBe(limit - 1);
  expect(output.result.endsWith('é')).toBe(true);
});

test('shows a task run in the shape of a run', async () => {
  const runId = await workspace.submit(simulatedRun());
  const { tasks } = await workspace.ended(runId);
  const { body } = await workspace.get('jobs/runs/get', { run_id: tasks[0].run_id });
  expect(body).toMatchObject({
    run_id: tasks[0].run_id,
    parent_run_id: runId,
    task_key: 'main',
    tasks: [{ task_key: 'main' }],
  });
});

test('echoes settings with the defaults of the service', async () => {
  const runId = await workspace.submit({
    tasks: [
      simulatedTask('b'),
      simulatedTask('a'),
      simulatedTask('c', {}, { depends_on: [{ task_key: 'b' }, { task_key: 'a' }], description: 'd' }),
    ],
    git_source: { git_url: 'https://example.com/r.git', git_provider: 'gitHub', git_branch: 'main' },
  });
  const { body } = await workspace.get('jobs/runs/get', { run_id: runId });
  expect(body).toMatchObject({
    format: 'MULTI_TASK',
    run_type: 'SUBMIT_RUN',
    number_in_job: runId,
    git_source: { git_branch: 'main' },
  });
  expect(body.tasks[2]).toMatchObject({
    run_if: 'ALL_SUCCESS',
    timeout_seconds: 0,
    email_notifications: {},
    webhook_notifications: {},
    description: 'd',
    depends_on: [{ task_key: 'a' }, { task_key: 'b' }],
    notebook_task: { source: 'WORKSPACE' },
  });
});

test('forgets a run 60 days after its end', async () => {
  const runId = await workspace.submit(simulatedRun());
  await workspace.ended(runId);
  await workspace.control('POST', 'clock', { advance_seconds: 59 * 86_400 });
  expect((await workspace.get('jobs/runs/get', { run_id: runId })).status).toBe(200);
  await workspace.control('POST', 'clock', { advance_seconds: 2 * 86_400 });
  expect((await workspace.get('jobs/runs/get', { run_id: runId })).status).toBe(400);
});

test('refuses to delete an active run, and deletes an ended one', async () => {
  const runId = await workspace.submit(simulatedRun({ seconds: '900000' }));
  expect(await workspace.post('jobs/runs/delete', { run_id: runId })).toMatchObject({
    status: 400,
    body: { error_code: 'INVALID_STATE' },
  });
  await workspace.post('jobs/runs/cancel', { run_id: runId });
  await workspace.ended(runId);
  expect((await workspace.post('jobs/runs/delete', { run_id: runId })).status).toBe(200);
  expect((await workspace.get('jobs/runs/get', { run_id: runId })).status).toBe(400);
});
