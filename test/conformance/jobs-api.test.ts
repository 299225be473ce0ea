import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReal, mayWrite, openTarget, type ConformanceTarget, type Json } from './target.ts';

/** Serverless compute of a real workspace takes minutes where none is warm. */
const RUN_TIMEOUT_MS = (isReal ? 10 : 2) * 60_000;

const NOTEBOOK = `# Databricks notebook source
dbutils.widgets.text("key", "")
if dbutils.widgets.get("key") == "raise":
    raise ValueError("conformance")
dbutils.notebook.exit(dbutils.widgets.get("key"))
`;

let target: ConformanceTarget;
beforeAll(async () => {
  target = await openTarget({ sqlWarehouse: false, timeScale: 50 });
});
afterAll(() => target[Symbol.asyncDispose]());

const get = (operation: string, query: Record<string, string | number | boolean> = {}) =>
  target.request('GET', `2.2/jobs/${operation}`, { query });
const post = (operation: string, body: unknown) => target.request('POST', `2.2/jobs/${operation}`, { body });
const invalid = { status: 400, json: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.any(String) } };

describe('reading runs and jobs', () => {
  it('lists runs newest first, in pages of at most 26, with no key for an empty list', async () => {
    const { status, json } = await get('runs/list', { limit: 2 });
    expect(status).toBe(200);
    const runs: Json[] = json.runs ?? [];
    expect(runs.length).toBeLessThanOrEqual(2);
    for (const run of runs) expect(run).toMatchObject({ run_id: expect.any(Number), state: expect.any(Object) });
    expect(await get('runs/list', { limit: 27 })).toMatchObject(invalid);
    const none = await get('runs/list', { start_time_from: 1, start_time_to: 2 });
    expect(none.json).not.toHaveProperty('runs');
  });

  it('takes the arguments of a GET in a JSON body, as Airflow sends them', async () => {
    const list = (limit: number) => target.request('GET', '2.2/jobs/runs/list', { body: { limit } });
    expect(await list(1)).toMatchObject({ status: 200 });
    expect(await list(27)).toMatchObject(invalid);
  });

  it.each([
    ['a run', 'runs/get', { run_id: 1 }],
    ['an output', 'runs/get-output', { run_id: 1 }],
    ['a job', 'get', { job_id: 1 }],
  ])('calls %s that is not there a bad parameter, not an unknown resource', async (_what, operation, query) => {
    expect(await get(operation, query)).toMatchObject(invalid);
  });

  it('lists jobs by their whole name, whatever its case', async () => {
    const { status, json } = await get('list', { name: `conformance ${randomBytes(8).toString('hex')}` });
    expect([status, json.jobs]).toEqual([200, undefined]);
  });
});

describe('refuses, before anything is made,', () => {
  const task = { task_key: 'a', notebook_task: { notebook_path: '/Shared/conformance' } };
  const perJob = { spark_version: '15.4.x-scala2.12', node_type_id: 'Standard_DS3_v2', num_workers: 1 };
  it.each([
    ['no task', { tasks: [] }],
    ['a task twice', { tasks: [task, task] }],
    ['a task without a type', { tasks: [{ task_key: 'a', new_cluster: perJob }] }],
    ['a dependency on nothing', { tasks: [{ ...task, depends_on: [{ task_key: 'z' }] }] }],
    ['shared job clusters', { tasks: [task], job_clusters: [{ job_cluster_key: 'k', new_cluster: perJob }] }],
    ['a relative notebook path', { tasks: [{ ...task, notebook_task: { notebook_path: 'etl/load' } }] }],
    ['an idempotency token over 64 characters', { tasks: [task], idempotency_token: 'x'.repeat(65) }],
  ])('%s', async (_what, body) => {
    expect(await post('runs/submit', body)).toMatchObject(invalid);
  });

  it('a body that is not JSON', async () => {
    expect(await post('runs/submit', '{"tasks": [')).toMatchObject({
      status: 400,
      json: { error_code: 'MALFORMED_REQUEST' },
    });
  });
});

describe.runIf(mayWrite)('a run', { timeout: RUN_TIMEOUT_MS * 2 }, () => {
  let folder: string;
  const ofNotebook = (key: string) => ({
    notebook_task: { notebook_path: `${folder}/notebook`, base_parameters: { key } },
  });
  const submit = async (body: object): Promise<number> => {
    const { status, json } = await post('runs/submit', { run_name: 'conformance', ...body });
    if (status !== 200) throw new Error(JSON.stringify(json));
    return json.run_id;
  };
  const ended = (runId: number): Promise<Json> =>
    target.until(
      async () => (await get('runs/get', { run_id: runId, include_history: true })).json,
      (run: Json) => ['TERMINATED', 'SKIPPED', 'INTERNAL_ERROR'].includes(run.state.life_cycle_state),
      RUN_TIMEOUT_MS,
    );

  beforeAll(async () => {
    const { json: me } = await target.request('GET', '2.0/preview/scim/v2/Me');
    folder = `/Users/${me.userName}/conformance-${randomBytes(6).toString('hex')}`;
    await target.request('POST', '2.0/workspace/mkdirs', { body: { path: folder } });
    const content = Buffer.from(NOTEBOOK).toString('base64');
    const body = { path: `${folder}/notebook`, format: 'SOURCE', language: 'PYTHON', content };
    await target.request('POST', '2.0/workspace/import', { body });
  });
  afterAll(() => target.request('POST', '2.0/workspace/delete', { body: { path: folder, recursive: true } }));

  it('of tasks gives the output of each by its own id, and refuses the run', async () => {
    const runId = await submit({ tasks: [{ task_key: 'one', ...ofNotebook('v') }] });
    const run = await ended(runId);
    expect(run).toMatchObject({
      run_id: runId,
      run_name: 'conformance',
      run_type: 'SUBMIT_RUN',
      state: { life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' },
      status: { state: 'TERMINATED', termination_details: { code: 'SUCCESS', type: 'SUCCESS' } },
      tasks: [{ task_key: 'one', attempt_number: 0, notebook_task: { source: 'WORKSPACE' } }],
    });
    const [{ run_id: taskRunId }] = run.tasks;
    expect(taskRunId).not.toBe(runId);
    const { json } = await get('runs/get-output', { run_id: taskRunId });
    expect(json).toMatchObject({ metadata: { run_id: taskRunId }, notebook_output: { result: 'v' } });
    const refused = await get('runs/get-output', { run_id: runId });
    expect(refused).toMatchObject(invalid);
    expect(refused.json.message).toMatch(/^Retrieving the output of runs with multiple tasks is not supported/);
  });

  it('is one for one idempotency token', async () => {
    const token = randomBytes(16).toString('hex');
    const body = { idempotency_token: token, tasks: [{ task_key: 'one', ...ofNotebook('v') }] };
    const [first, second] = [await submit(body), await submit(body)];
    expect(second).toBe(first);
    await ended(first);
  });

  it('that fails says so of its task, with the error, and runs again when it is repaired', async () => {
    const runId = await submit({ tasks: [{ task_key: 'one', ...ofNotebook('raise') }] });
    const failed = await ended(runId);
    expect(failed.state.result_state).toBe('FAILED');
    expect(failed.tasks[0].state.result_state).toBe('FAILED');
    expect(failed.repair_history).toMatchObject([{ type: 'ORIGINAL' }]);
    const { json: output } = await get('runs/get-output', { run_id: failed.tasks[0].run_id });
    expect(output.error).toContain('ValueError: conformance');
    expect(output.error_trace).toContain('ValueError');

    expect(await post('runs/repair', { run_id: runId })).toMatchObject(invalid);
    const { json: repair } = await post('runs/repair', {
      run_id: runId,
      rerun_all_failed_tasks: true,
      notebook_params: { key: 'mended' },
    });
    const repaired = await ended(runId);
    expect(repaired.state.result_state).toBe('SUCCESS');
    expect(repaired.repair_history).toMatchObject([{ type: 'ORIGINAL' }, { type: 'REPAIR', id: repair.repair_id }]);
    expect(repaired.tasks.map(({ attempt_number: attempt }: Json) => attempt).toSorted()).toEqual([0, 1]);
  });

  it('is cancelled, which is asynchronous, and can be deleted then', async () => {
    const runId = await submit({
      tasks: [
        { task_key: 'one', ...ofNotebook('v') },
        { task_key: 'two', depends_on: [{ task_key: 'one' }], ...ofNotebook('v') },
      ],
    });
    expect(await post('runs/cancel', { run_id: runId })).toMatchObject({ status: 200, json: {} });
    const run = await ended(runId);
    expect(['CANCELED', 'SUCCESS']).toContain(run.state.result_state);
    expect(await post('runs/delete', { run_id: runId })).toMatchObject({ status: 200, json: {} });
    expect(await get('runs/get', { run_id: runId })).toMatchObject(invalid);
  });

  it('of a job uses the settings of the job, and is listed with it', async () => {
    const { json: job } = await post('create', {
      name: `conformance ${randomBytes(6).toString('hex')}`,
      parameters: [{ name: 'key', default: 'of the job' }],
      tasks: [{ task_key: 'one', notebook_task: { notebook_path: `${folder}/notebook` } }],
    });
    try {
      const { json: settings } = await get('get', { job_id: job.job_id });
      expect(settings).toMatchObject({
        settings: { format: 'MULTI_TASK', max_concurrent_runs: 1, queue: { enabled: true } },
      });
      const { json: started } = await post('run-now', { job_id: job.job_id, job_parameters: { key: 'of the run' } });
      const run = await ended(started.run_id);
      const { json: output } = await get('runs/get-output', { run_id: run.tasks[0].run_id });
      expect(output.notebook_output).toMatchObject({ result: 'of the run' });
      const { json: listed } = await get('runs/list', { job_id: job.job_id });
      expect(listed.runs).toMatchObject([{ run_id: started.run_id, job_id: job.job_id, run_type: 'JOB_RUN' }]);
    } finally {
      await post('delete', { job_id: job.job_id });
    }
    expect(await get('get', { job_id: job.job_id })).toMatchObject(invalid);
  });
});
