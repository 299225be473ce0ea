import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulatedRun, simulatedTask, startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  workspace = await startEmulatedWorkspace({ timeScale: 100 });
});
afterAll(() => workspace[Symbol.asyncDispose]());

const after = (...keys: string[]) => ({ depends_on: keys.map((task_key) => ({ task_key })) });
const results = (run: { tasks: { task_key: string; state: { result_state: string } }[] }) =>
  Object.fromEntries(run.tasks.map((task) => [task.task_key, task.state.result_state]));

test('goes through its states and takes the time that it says', async () => {
  await using slow = await startEmulatedWorkspace();
  const stateOf = async (id: number) => (await slow.get('jobs/runs/get', { run_id: id })).body.state.life_cycle_state;
  const runId = await slow.submit(simulatedRun({ seconds: '6000', setup_seconds: '3000', result: 'fine' }));
  expect(await stateOf(runId)).toBe('PENDING');
  await slow.control('POST', 'clock', { advance_seconds: 4_000 });
  expect(await stateOf(runId)).toBe('RUNNING');
  await slow.control('POST', 'clock', { advance_seconds: 8_000 });
  const run = await slow.ended(runId);
  expect(run.state.life_cycle_state).toBe('TERMINATED');
  expect(run.tasks[0]).toMatchObject({
    setup_duration: 3_000_000,
    execution_duration: 6_000_000,
    attempt_number: 0,
  });
  expect(run.end_time - run.start_time).toBeGreaterThanOrEqual(9_000_000);
  expect(run.end_time - run.start_time).toBeLessThan(10_000_000);
  expect(run.status).toEqual({
    state: 'TERMINATED',
    termination_details: { code: 'SUCCESS', type: 'SUCCESS', message: '' },
  });
  expect((await slow.output(run.tasks[0].run_id)).notebook_output).toEqual({ result: 'fine' });
});

test.for([
  ['SUCCESS_WITH_FAILURES', 'TERMINATED', 'SUCCESS_WITH_FAILURES', 'SUCCESS'],
  ['CANCELED', 'TERMINATED', 'USER_CANCELED', 'CLIENT_ERROR'],
  ['TIMEDOUT', 'TERMINATED', 'CANCELED', 'CLIENT_ERROR'],
  ['MAXIMUM_CONCURRENT_RUNS_REACHED', 'SKIPPED', 'MAX_CONCURRENT_RUNS_EXCEEDED', 'CLIENT_ERROR'],
  ['UPSTREAM_FAILED', 'TERMINATED', 'SKIPPED', 'CLIENT_ERROR'],
  ['UPSTREAM_CANCELED', 'TERMINATED', 'SKIPPED', 'CLIENT_ERROR'],
  ['EXCLUDED', 'TERMINATED', 'SKIPPED', 'SUCCESS'],
  ['DISABLED', 'TERMINATED', 'DISABLED', 'SUCCESS'],
  ['A_NEW_STATE', 'TERMINATED', 'A_NEW_STATE', 'CLIENT_ERROR'],
])('a run of one task that ends as %s ends so too', async ([result, lifeCycle, code, type]) => {
  const run = await workspace.ended(await workspace.submit(simulatedRun({ seconds: '0', result_state: result! })));
  for (const { state, status } of [run, run.tasks[0]]) {
    expect(state).toMatchObject({ life_cycle_state: lifeCycle, result_state: result });
    expect(status).toMatchObject({ state: 'TERMINATED', termination_details: { code, type } });
    expect(status.termination_details.message).toBe(state.state_message);
    expect(state.state_message === '').toBe(result === 'SUCCESS_WITH_FAILURES');
  }
});

test('rolls up the ends of several tasks', async () => {
  const of = async (...states: string[]) => {
    const tasks = states.map((result_state, index) => simulatedTask(`t${index}`, { seconds: '0', result_state }));
    return (await workspace.ended(await workspace.submit({ tasks }))).state;
  };
  expect(await of('SUCCESS', 'SUCCESS_WITH_FAILURES')).toMatchObject({ result_state: 'SUCCESS' });
  expect(await of('SUCCESS', 'EXCLUDED', 'DISABLED')).toMatchObject({ result_state: 'SUCCESS' });
  expect(await of('SUCCESS', 'UPSTREAM_FAILED')).toMatchObject({
    life_cycle_state: 'INTERNAL_ERROR',
    result_state: 'FAILED',
    state_message: 'Task t1 failed with message: An upstream task failed.',
  });
  expect(await of('SUCCESS', 'MAXIMUM_CONCURRENT_RUNS_REACHED')).toMatchObject({
    result_state: 'FAILED',
    state_message: 'Task t1 failed with message: Run skipped due to reaching the maximum number of concurrent runs.',
  });
});

test('has no result_state while it runs', async () => {
  const runId = await workspace.submit(simulatedRun({ seconds: '10000' }));
  const run = await workspace.until(runId, ({ state }) => state.life_cycle_state === 'RUNNING');
  expect(run.state).not.toHaveProperty('result_state');
  expect(run.status).not.toHaveProperty('termination_details');
  expect(run.end_time).toBe(0);
  await workspace.post('jobs/runs/cancel', { run_id: runId });
});

test('runs tasks after those that they depend on, and skips what needs a failed one', async () => {
  const runId = await workspace.submit({
    tasks: [
      simulatedTask('first', { result: '1' }),
      simulatedTask(
        'broken',
        { result_state: 'FAILED', error: 'ValueError: no', error_trace: 'trace' },
        after('first'),
      ),
      simulatedTask('skipped', {}, after('broken')),
      simulatedTask('cleaner', {}, { ...after('broken'), run_if: 'ALL_DONE' }),
      simulatedTask('alarm', {}, { ...after('broken'), run_if: 'AT_LEAST_ONE_FAILED' }),
      simulatedTask('hopeful', {}, { ...after('first', 'broken'), run_if: 'AT_LEAST_ONE_SUCCESS' }),
      simulatedTask('unneeded', {}, { ...after('first'), run_if: 'ALL_FAILED' }),
      simulatedTask('off', {}, { disabled: true }),
    ],
  });
  const run = await workspace.ended(runId);
  expect(results(run)).toEqual({
    first: 'SUCCESS',
    broken: 'FAILED',
    skipped: 'UPSTREAM_FAILED',
    cleaner: 'SUCCESS',
    alarm: 'SUCCESS',
    hopeful: 'SUCCESS',
    unneeded: 'EXCLUDED',
    off: 'DISABLED',
  });
  expect(run.state).toMatchObject({ life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' });
  expect(run.state.state_message).toBe(
    'Task broken failed with message: Workload failed, see run output for details. This caused all downstream tasks to get skipped..',
  );
  expect(run.status).toMatchObject({
    state: 'TERMINATED',
    termination_details: { code: 'RUN_EXECUTION_ERROR', type: 'CLIENT_ERROR' },
  });
  const broken = run.tasks.find((task: { task_key: string }) => task.task_key === 'broken');
  expect(broken.state).toMatchObject({
    life_cycle_state: 'TERMINATED',
    result_state: 'FAILED',
    state_message: 'Workload failed, see run output for details',
  });
  expect(await workspace.output(broken.run_id)).toMatchObject({
    error: 'ValueError: no',
    error_trace: 'trace',
    notebook_output: {},
    metadata: {
      run_id: broken.run_id,
      parent_run_id: runId,
      task_key: 'broken',
      job_run_id: runId,
      format: 'MULTI_TASK',
    },
  });
});

test('succeeds with failures when only tasks in between have failed', async () => {
  const runId = await workspace.submit({
    tasks: [
      simulatedTask('broken', { result_state: 'FAILED' }),
      simulatedTask('end', {}, { ...after('broken'), run_if: 'ALL_DONE' }),
    ],
  });
  expect((await workspace.ended(runId)).state).toMatchObject({
    life_cycle_state: 'TERMINATED',
    result_state: 'SUCCESS_WITH_FAILURES',
  });
});

test('chooses a branch by a condition', async () => {
  const runId = await workspace.submit({
    tasks: [
      { task_key: 'if', condition_task: { op: 'GREATER_THAN', left: '12', right: '9' } },
      simulatedTask('yes', {}, { depends_on: [{ task_key: 'if', outcome: 'true' }] }),
      simulatedTask('no', {}, { depends_on: [{ task_key: 'if', outcome: 'false' }] }),
    ],
  });
  const run = await workspace.ended(runId);
  expect(results(run)).toEqual({ if: 'SUCCESS', yes: 'SUCCESS', no: 'EXCLUDED' });
  expect(run.state.result_state).toBe('SUCCESS');
});

describe('a time limit', () => {
  test.for([
    ['of the run', simulatedRun({ seconds: '3000' }, { timeout_seconds: 20 })],
    ['of a task', { tasks: [simulatedTask('main', { seconds: '3000' }, { timeout_seconds: 20 })] }],
  ] as const)('%s ends it as TIMEDOUT', async ([, body]) => {
    const runId = await workspace.submit(body);
    const run = await workspace.ended(runId);
    expect(run.state).toMatchObject({
      life_cycle_state: 'TERMINATED',
      result_state: 'TIMEDOUT',
      user_cancelled_or_timedout: true,
    });
    expect(run.status.termination_details.code).toBe('CANCELED');
    expect(run.tasks[0].state.result_state).toBe('TIMEDOUT');
    expect(run.tasks[0].execution_duration).toBeGreaterThan(5_000);
    expect(run.tasks[0].execution_duration).toBeLessThanOrEqual(20_000);
  });
});

describe('cancelling', () => {
  test('is asynchronous: TERMINATING first, then CANCELED', async () => {
    await using slow = await startEmulatedWorkspace({ timeScale: 0.5 });
    const runId = await slow.submit(simulatedRun({ seconds: '3000' }));
    await slow.until(runId, ({ state }) => state.life_cycle_state === 'RUNNING');
    expect(await slow.post('jobs/runs/cancel', { run_id: runId })).toMatchObject({ status: 200, body: {} });
    const stopping = (await slow.get('jobs/runs/get', { run_id: runId })).body;
    expect(stopping.state.life_cycle_state).toBe('TERMINATING');
    expect(stopping.state).not.toHaveProperty('result_state');
    const run = await slow.ended(runId);
    expect(run.state).toMatchObject({
      life_cycle_state: 'TERMINATED',
      result_state: 'CANCELED',
      user_cancelled_or_timedout: true,
    });
    expect(run.status.termination_details.code).toBe('USER_CANCELED');
  });

  test('leaves a run that has ended as it is', async () => {
    const runId = await workspace.submit(simulatedRun());
    await workspace.ended(runId);
    expect((await workspace.post('jobs/runs/cancel', { run_id: runId })).status).toBe(200);
    expect((await workspace.get('jobs/runs/get', { run_id: runId })).body.state.result_state).toBe('SUCCESS');
  });

  test('takes a task run as well', async () => {
    const runId = await workspace.submit({
      tasks: [simulatedTask('long', { seconds: '5000' }), simulatedTask('next', {}, after('long'))],
    });
    const { tasks } = await workspace.until(runId, ({ state }) => state.life_cycle_state === 'RUNNING');
    await workspace.post('jobs/runs/cancel', { run_id: tasks[0].run_id });
    const run = await workspace.ended(runId);
    expect(results(run)).toEqual({ long: 'CANCELED', next: 'UPSTREAM_CANCELED' });
    expect(run.state.result_state).toBe('CANCELED');
  });

  test('starts nothing more, not even what runs after failures', async () => {
    const runId = await workspace.submit({
      tasks: [
        simulatedTask('long', { seconds: '5000' }),
        simulatedTask('cleaner', {}, { ...after('long'), run_if: 'ALL_DONE' }),
      ],
    });
    await workspace.until(runId, ({ state }) => state.life_cycle_state === 'RUNNING');
    await workspace.post('jobs/runs/cancel', { run_id: runId });
    expect(results(await workspace.ended(runId))).toEqual({ long: 'CANCELED', cleaner: 'CANCELED' });
  });

  test('stops all runs of a job, or all that queue', async () => {
    const { body: job } = await workspace.post('jobs/create', {
      name: 'many',
      max_concurrent_runs: 5,
      tasks: [simulatedTask('a', { seconds: '9999' })],
    });
    const started = await Promise.all(
      [1, 2, 3].map(async () => (await workspace.post('jobs/run-now', job)).body.run_id),
    );
    expect((await workspace.post('jobs/runs/cancel-all', job)).status).toBe(200);
    for (const runId of started) expect((await workspace.ended(runId)).state.result_state).toBe('CANCELED');
  });
});

test('retries a task as further attempts under its key', async () => {
  const runId = await workspace.submit({
    tasks: [simulatedTask('flaky', { result_state: 'FAILED' }, { max_retries: 2, min_retry_interval_millis: 5_000 })],
  });
  const run = await workspace.ended(runId);
  expect(run.tasks.map((task: { attempt_number: number }) => task.attempt_number)).toEqual([0, 1, 2]);
  expect(new Set(run.tasks.map((task: { run_id: number }) => task.run_id)).size).toBe(3);
  expect(run.tasks[1].start_time - run.tasks[0].end_time).toBe(5_000);
  expect(run.state.result_state).toBe('FAILED');
});

describe('compute', () => {
  test('fails a run on a cluster that does not exist, as Databricks words it', async () => {
    const runId = await workspace.submit({
      tasks: [simulatedTask('main', {}, { existing_cluster_id: '1234-567890-gone' })],
    });
    const run = await workspace.ended(runId);
    expect(run.state).toMatchObject({ life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' });
    expect(run.tasks[0].state).toMatchObject({
      life_cycle_state: 'INTERNAL_ERROR',
      state_message: 'Run executed on existing cluster ID 1234-567890-gone failed since the cluster does not exist.',
    });
  });

  test('gives a new cluster time to start, and ends it with the task', async () => {
    const task = {
      task_key: 'main',
      new_cluster: { spark_version: '16.4.x-scala2.12', num_workers: 1 },
      notebook_task: { notebook_path: '/Simulated/x', base_parameters: { seconds: '50' } },
    };
    const runId = await workspace.submit({ tasks: [task] });
    const running = await workspace.until(runId, ({ state }) => state.life_cycle_state === 'RUNNING');
    const { cluster_id } = running.tasks[0].cluster_instance;
    expect((await workspace.get('clusters/get', { cluster_id })).body).toMatchObject({
      state: 'RUNNING',
      cluster_source: 'JOB',
    });
    const run = await workspace.ended(runId);
    expect(run.tasks[0].setup_duration).toBeGreaterThanOrEqual(15_000);
    expect((await workspace.get('clusters/get', { cluster_id })).body.state).toBe('TERMINATED');
    expect((await workspace.post('clusters/start', { cluster_id })).status).toBe(400);
  });

  test('starts the all-purpose cluster again for a run that needs it', async () => {
    await using slow = await startEmulatedWorkspace();
    const cluster = { cluster_id: '0101-000000-local00' };
    await slow.post('clusters/delete', cluster);
    expect((await slow.get('clusters/get', cluster)).body.state).toBe('TERMINATED');
    expect((await slow.post('clusters/start', cluster)).status).toBe(200);
    expect((await slow.get('clusters/get', cluster)).body.state).toBe('PENDING');
    const { notebook_task, ...task } = simulatedTask('main') as { notebook_task: { base_parameters: object } };
    const runId = await slow.submit({
      tasks: [{ ...task, notebook_task: { ...notebook_task, base_parameters: {} } }],
    });
    await slow.control('POST', 'clock', { advance_seconds: 60 });
    expect((await slow.ended(runId)).tasks[0].setup_duration).toBeGreaterThan(5_000);
    expect((await slow.get('clusters/get', cluster)).body.state).toBe('RUNNING');
  });

  test('responds for an unknown cluster with 400', async () => {
    const response = await workspace.get('clusters/get', { cluster_id: 'nope' });
    expect(response).toMatchObject({ status: 400, body: { message: 'Cluster nope does not exist' } });
  });
});

test('starts the run of another job for a run_job_task', async () => {
  const { body: job } = await workspace.post('jobs/create', {
    name: 'inner',
    tasks: [simulatedTask('a', { result: 'x' })],
  });
  const runId = await workspace.submit({ tasks: [{ task_key: 'call', run_job_task: { job_id: job.job_id } }] });
  const run = await workspace.ended(runId);
  expect(run.state.result_state).toBe('SUCCESS');
  const { run_job_output: output } = await workspace.output(run.tasks[0].run_id);
  expect((await workspace.get('jobs/runs/get', { run_id: output.run_id })).body.job_id).toBe(job.job_id);
});

test.each([
  ['future_task', { a: 1 }],
  ['sql_task', { warehouse_id: 'x' }],
])('fails a task of a type that it does not run, and names it: %s', async (type, settings) => {
  const run = await workspace.ended(await workspace.submit({ tasks: [{ task_key: 'a', [type]: settings }] }));
  expect(run.state.result_state).toBe('FAILED');
  expect(run.tasks[0].status.termination_details).toMatchObject({
    code: 'FEATURE_DISABLED',
    message: `The emulator does not run a ${type}.`,
  });
});

describe('a for-each task', () => {
  const forEach = (inputs: unknown, parameters: Record<string, string> = {}, concurrency = 10) => ({
    task_key: 'each',
    for_each_task: {
      inputs: typeof inputs === 'string' ? inputs : JSON.stringify(inputs),
      concurrency,
      task: simulatedTask('inner', { result: '{{input.name}}={{input}}', ...parameters }),
    },
  });

  test('runs its task for every input, and pages its iterations', async () => {
    const inputs = Array.from({ length: 120 }, (_, index) => ({ name: `n${index}` }));
    const run = await workspace.ended(
      await workspace.submit({ tasks: [forEach(inputs), simulatedTask('last', {}, after('each'))] }),
    );
    expect(results(run)).toEqual({ each: 'SUCCESS', last: 'SUCCESS' });
    expect(run.tasks[0].for_each_task.stats.task_run_stats).toMatchObject({
      total_iterations: 120,
      succeeded_iterations: 120,
    });
    const { body: first } = await workspace.get('jobs/runs/get', { run_id: run.tasks[0].run_id });
    expect(first.iterations).toHaveLength(100);
    expect(first.tasks).toHaveLength(1);
    const { body: second } = await workspace.get('jobs/runs/get', {
      run_id: run.tasks[0].run_id,
      page_token: first.next_page_token,
    });
    expect(second.iterations).toHaveLength(20);
    expect((await workspace.output(second.iterations[19].run_id)).notebook_output.result).toBe('n119={"name":"n119"}');
  });

  test('fails with any of them, and for inputs that are no list', async () => {
    for (const task of [forEach([1, 2], { result_state: 'FAILED' }), forEach('{}')])
      expect((await workspace.ended(await workspace.submit({ tasks: [task] }))).state.result_state).toBe('FAILED');
  });

  test('is cancelled with its iterations', async () => {
    const runId = await workspace.submit({ tasks: [forEach([1, 2, 3], { seconds: '9999' }, 2)] });
    await workspace.until(runId, ({ state }) => state.life_cycle_state === 'RUNNING');
    await workspace.post('jobs/runs/cancel', { run_id: runId });
    expect((await workspace.ended(runId)).state.result_state).toBe('CANCELED');
  });
});
