import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLUSTER_ID, simulatedTask, startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  workspace = await startEmulatedWorkspace({ timeScale: 100 });
});
afterAll(() => workspace[Symbol.asyncDispose]());

test('finds jobs by name, whatever its case', async () => {
  const { body: job } = await workspace.post('jobs/create', { name: 'Nightly', tasks: [simulatedTask('a')] });
  const { body } = await workspace.get('jobs/list', { name: 'nightly' });
  expect(body.jobs).toHaveLength(1);
  expect(body.jobs[0]).toMatchObject({ job_id: job.job_id, settings: { name: 'Nightly' } });
  expect((await workspace.get('jobs/list', { name: 'Nightl' })).body).toEqual({});
});

test('changes, replaces and deletes a job', async () => {
  const { body: job } = await workspace.post('jobs/create', {
    name: 'before',
    tags: { a: '1' },
    tasks: [simulatedTask('a')],
  });
  await workspace.post('jobs/update', { ...job, new_settings: { name: 'after' }, fields_to_remove: ['tags'] });
  const { body: updated } = await workspace.get('jobs/get', job);
  expect(updated.settings).toMatchObject({ name: 'after', tasks: [{ task_key: 'a' }] });
  expect(updated.settings).not.toHaveProperty('tags');
  await workspace.post('jobs/reset', { ...job, new_settings: { name: 'new', tasks: [simulatedTask('b')] } });
  expect((await workspace.get('jobs/get', job)).body.settings.tasks[0].task_key).toBe('b');
  await workspace.post('jobs/delete', job);
  expect(await workspace.get('jobs/get', job)).toMatchObject({
    status: 400,
    body: { message: `Job ${job.job_id} does not exist.` },
  });
});

test('gives a job cluster to the task that a for-each task repeats', async () => {
  const { existing_cluster_id: _cluster, ...task } = simulatedTask('inner');
  const { body: job } = await workspace.post('jobs/create', {
    job_clusters: [{ job_cluster_key: 'shared', new_cluster: { num_workers: 1 } }],
    tasks: [{ task_key: 'each', for_each_task: { inputs: '[1]', task: { ...task, job_cluster_key: 'shared' } } }],
  });
  const { body: started } = await workspace.post('jobs/run-now', job);
  const run = await workspace.ended(started.run_id);
  const { body: each } = await workspace.get('jobs/runs/get', { run_id: run.tasks[0].run_id });
  expect(each.iterations).toMatchObject([{ cluster_instance: { cluster_id: expect.any(String) } }]);
});

test('refuses tasks that cannot run, whether a job is made, reset or updated with them', async () => {
  const { body: job } = await workspace.post('jobs/create', { name: 'good', tasks: [simulatedTask('a')] });
  const { existing_cluster_id: _cluster, ...task } = simulatedTask('a');
  const bad = { tasks: [{ ...task, job_cluster_key: 'nowhere' }] };
  for (const response of [
    await workspace.post('jobs/create', bad),
    await workspace.post('jobs/reset', { ...job, new_settings: bad }),
    await workspace.post('jobs/update', { ...job, new_settings: bad }),
  ])
    expect(response).toMatchObject({ status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE' } });
  expect((await workspace.get('jobs/get', job)).body.settings.tasks).toMatchObject([simulatedTask('a')]);
});

test('pages the list of jobs', async () => {
  await using fresh = await startEmulatedWorkspace();
  for (let index = 0; index < 5; index++)
    await fresh.post('jobs/create', { name: `job ${index}`, tasks: [simulatedTask('a')] });
  const { body: first } = await fresh.get('jobs/list', { limit: 3 });
  const { body: second } = await fresh.get('jobs/list', { limit: 3, page_token: first.next_page_token });
  expect([first.jobs.length, second.jobs.length]).toEqual([3, 2]);
  expect(second).not.toHaveProperty('next_page_token');
});

describe('run-now', () => {
  test('gives job parameters and notebook parameters to the notebook', async () => {
    const { body: job } = await workspace.post('jobs/create', {
      name: 'parameters',
      parameters: [{ name: 'key', default: 'from the job' }],
      tasks: [
        { task_key: 'a', existing_cluster_id: CLUSTER_ID, notebook_task: { notebook_path: '/Shared/test_notebook' } },
      ],
    });
    const value = async (more: object) => {
      const { body } = await workspace.post('jobs/run-now', { ...job, ...more });
      expect(body.number_in_job).toBe(body.run_id);
      const run = await workspace.ended(body.run_id);
      expect(run).toMatchObject({ run_type: 'JOB_RUN', run_name: 'parameters', job_id: job.job_id });
      return JSON.parse((await workspace.output(run.tasks[0].run_id)).notebook_output.result).params;
    };
    expect(await value({})).toBe('from the job');
    expect(await value({ job_parameters: { key: 'from the call' } })).toBe('from the call');
  });

  test('knows idempotency tokens, and runs only the tasks asked for', async () => {
    const { body: job } = await workspace.post('jobs/create', {
      name: 'two',
      tasks: [simulatedTask('a'), simulatedTask('b')],
    });
    const request = { ...job, idempotency_token: 'now', only: ['b'] };
    const { body: first } = await workspace.post('jobs/run-now', request);
    expect((await workspace.post('jobs/run-now', request)).body).toEqual(first);
    expect((await workspace.ended(first.run_id)).tasks.map((task: { task_key: string }) => task.task_key)).toEqual([
      'b',
    ]);
  });

  test('starts a cluster that the job shares between its tasks', async () => {
    const { existing_cluster_id: _none, ...task } = simulatedTask('a');
    const { body: job } = await workspace.post('jobs/create', {
      name: 'shared cluster',
      job_clusters: [{ job_cluster_key: 'k', new_cluster: { num_workers: 1 } }],
      tasks: [{ ...task, job_cluster_key: 'k' }],
    });
    const { body } = await workspace.post('jobs/run-now', job);
    expect((await workspace.ended(body.run_id)).tasks[0].cluster_instance.cluster_id).toMatch(/^\d{4}-\d{6}-\w{8}$/);
  });

  test('refuses an unknown job and oversized parameters', async () => {
    expect(await workspace.post('jobs/run-now', { job_id: 5 })).toMatchObject({
      status: 400,
      body: { message: 'Job 5 does not exist.' },
    });
    const { body: job } = await workspace.post('jobs/create', { name: 'big', tasks: [simulatedTask('a')] });
    const response = await workspace.post('jobs/run-now', { ...job, notebook_params: { a: 'x'.repeat(10_001) } });
    expect(response.status).toBe(400);
  });
});

describe('repair', () => {
  const failing = [
    simulatedTask('good'),
    simulatedTask('bad', { result_state: 'FAILED' }),
    simulatedTask('next', {}, { depends_on: [{ task_key: 'bad' }] }),
  ];

  test('runs what failed again in the same run, and what was skipped for it', async () => {
    const { body: job } = await workspace.post('jobs/create', { name: 'repaired', tasks: failing });
    const { body: started } = await workspace.post('jobs/run-now', job);
    expect((await workspace.ended(started.run_id)).state.result_state).toBe('FAILED');
    const { body: repair } = await workspace.post('jobs/runs/repair', {
      run_id: started.run_id,
      rerun_all_failed_tasks: true,
      notebook_params: { result_state: 'SUCCESS' },
    });
    const run = await workspace.ended(started.run_id);
    expect(run.state.result_state).toBe('SUCCESS');
    expect(
      run.tasks.map((task: { task_key: string; attempt_number: number }) => [task.task_key, task.attempt_number]),
    ).toEqual([
      ['good', 0],
      ['bad', 0],
      ['next', 0],
      ['bad', 1],
      ['next', 1],
    ]);
    const { body } = await workspace.get('jobs/runs/get', { run_id: started.run_id, include_history: true });
    expect(body.repair_history).toMatchObject([
      { type: 'ORIGINAL', state: { result_state: 'FAILED' } },
      { type: 'REPAIR', id: repair.repair_id, state: { result_state: 'SUCCESS' } },
    ]);
  });

  test('runs tasks again by the settings that the job has now', async () => {
    const failing = [simulatedTask('a', { result_state: 'FAILED' })];
    const { body: job } = await workspace.post('jobs/create', { name: 'mended', tasks: failing });
    const { body: started } = await workspace.post('jobs/run-now', job);
    await workspace.ended(started.run_id);
    await workspace.post('jobs/update', { ...job, new_settings: { tasks: [simulatedTask('a', { result: 'now' })] } });
    await workspace.post('jobs/runs/repair', { run_id: started.run_id, rerun_all_failed_tasks: true });
    const { tasks } = await workspace.ended(started.run_id);
    expect((await workspace.output(tasks.at(-1).run_id)).notebook_output.result).toBe('now');
  });

  test('wants the latest repair id from the second on, and an ended run', async () => {
    const active = await workspace.submit({ tasks: [simulatedTask('bad', { seconds: '60000' })] });
    expect((await workspace.post('jobs/runs/repair', { run_id: active, rerun_tasks: ['bad'] })).status).toBe(400);
    const runId = await workspace.submit({ tasks: failing });
    await workspace.ended(runId);
    const { body: first } = await workspace.post('jobs/runs/repair', { run_id: runId, rerun_tasks: ['bad'] });
    await workspace.ended(runId);
    const second = { run_id: runId, rerun_tasks: ['bad'], rerun_dependent_tasks: true };
    expect((await workspace.post('jobs/runs/repair', second)).status).toBe(400);
    expect((await workspace.post('jobs/runs/repair', { ...second, latest_repair_id: first.repair_id })).status).toBe(
      200,
    );
    await workspace.ended(runId);
  });
});
