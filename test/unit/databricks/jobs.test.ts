import { expect, it } from 'vitest';
import { DatabricksProtocolError, DatabricksUnavailableError } from '../../../src/shared/databricks/errors.ts';
import { startTransport } from './transport-fixture.ts';

const RUN_ID = '9223372036854775807';

function tasks(from: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({ run_id: from + index, task_key: `t${from + index}` }));
}

it('reads ids as text, digit for digit', async () => {
  const { workspace, jobs } = startTransport();
  workspace
    .intercept({ path: '/api/2.2/jobs/runs/submit', method: 'POST', body: '{"x":1}' })
    .reply(200, `{"run_id":${RUN_ID}}`);

  expect(await jobs.submit('{"x":1}')).toEqual({ runId: RUN_ID });
});

it('reads every page of a run', async () => {
  const { workspace, jobs } = startTransport();
  const path = `/api/2.2/jobs/runs/get?run_id=${RUN_ID}`;
  const page = { job_id: 7, state: { life_cycle_state: 'RUNNING' } };
  const first = JSON.stringify({ ...page, tasks: tasks(0, 100), next_page_token: 'p1' });
  workspace.intercept({ path }).reply(200, first.replace('{', `{"run_id":${RUN_ID},`));
  workspace
    .intercept({ path: `${path}&page_token=p1` })
    .reply(200, { ...page, run_id: 1, tasks: tasks(100, 100), next_page_token: 'p2' });
  workspace.intercept({ path: `${path}&page_token=p2` }).reply(200, { ...page, run_id: 1, tasks: tasks(200, 50) });

  const run = await jobs.getRun(RUN_ID);

  expect(run).toMatchObject({ run_id: RUN_ID, job_id: '7', iterations: [], repair_history: [] });
  expect(run.tasks.map(({ run_id }) => run_id)).toEqual(tasks(0, 250).map(({ run_id }) => String(run_id)));
});

it('refuses pages that never end', async () => {
  const { workspace, jobs } = startTransport();
  workspace
    .intercept({ path: (path) => path.startsWith('/api/2.2/jobs/runs/get?') })
    .reply(200, { run_id: 1, next_page_token: 'same' })
    .times(2);

  await expect(jobs.getRun('1')).rejects.toThrow(DatabricksProtocolError);
});

it('keeps what it does not know and survives what it does not expect', async () => {
  const { workspace, jobs } = startTransport();
  workspace.intercept({ path: '/api/2.2/jobs/runs/get?run_id=1' }).reply(200, {
    run_id: 1,
    job_id: 'not an id',
    format: 'MULTI_TASK',
    state: { life_cycle_state: 'HIBERNATING', result_state: 5, new_field: [1] },
    status: 'TERMINATED',
    start_time: 'soon',
    tasks: null,
  });

  const run = await jobs.getRun('1');

  expect(run).toMatchObject({
    format: 'MULTI_TASK',
    tasks: [],
    state: { life_cycle_state: 'HIBERNATING', new_field: [1] },
  });
  expect([run.job_id, run.state?.result_state, run.status, run.start_time]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

it.each(['[]', '"text"', '{}', '{"run_id":null}'])('refuses %s as a run', async (body) => {
  const { workspace, jobs } = startTransport();
  workspace.intercept({ path: '/api/2.2/jobs/runs/get?run_id=1' }).reply(200, body);

  await expect(jobs.getRun('1')).rejects.toThrow(DatabricksProtocolError);
});

it.each(['submit', 'runNow'] as const)(
  'sends a %s again after a lost answer only with an idempotency token',
  async (call) => {
    const { workspace, jobs, agent } = startTransport();
    const path = call === 'submit' ? '/api/2.2/jobs/runs/submit' : '/api/2.2/jobs/run-now';
    const lost = Object.assign(new Error('x'), { code: 'ECONNRESET' });
    workspace.intercept({ path, method: 'POST' }).replyWithError(lost).times(3);
    workspace.intercept({ path, method: 'POST' }).reply(200, '{"run_id":5}');

    await expect(jobs[call]('{"tasks":[{"idempotency_token":"nested"}]}')).rejects.toThrow(DatabricksUnavailableError);
    await expect(jobs[call]('{"idempotency_token":""}')).rejects.toThrow(DatabricksUnavailableError);
    expect(await jobs[call]('{"idempotency_token":"t"}')).toEqual({ runId: '5' });
    agent.assertNoPendingInterceptors();
  },
);

it('cancels by the exact id, again after a lost answer', async () => {
  const { workspace, jobs, agent } = startTransport();
  const cancel = { path: '/api/2.2/jobs/runs/cancel', method: 'POST', body: `{"run_id":${RUN_ID}}` };
  workspace.intercept(cancel).replyWithError(Object.assign(new Error('x'), { code: 'UND_ERR_SOCKET' }));
  workspace.intercept(cancel).reply(200, '{}');

  expect(await jobs.cancelRun(RUN_ID)).toBeUndefined();

  agent.assertNoPendingInterceptors();
});

it('reads an output, whatever kind of task it is of', async () => {
  const { workspace, jobs } = startTransport();
  const output = {
    error: 'e',
    notebook_output: {},
    dbt_output: { artifacts_link: 'l' },
    run_job_output: { run_id: 9 },
  };
  workspace.intercept({ path: '/api/2.2/jobs/runs/get-output?run_id=1' }).reply(200, output);

  expect(await jobs.getRunOutput('1')).toMatchObject({ ...output, run_job_output: { run_id: '9' } });
});

it('lists runs page by page, and stops reading when its reader does', async () => {
  const { workspace, jobs, agent } = startTransport();
  const path = '/api/2.2/jobs/runs/list?active_only=true&limit=25';
  workspace.intercept({ path }).reply(200, { runs: tasks(0, 3), next_page_token: 'p1' });
  workspace.intercept({ path: `${path}&page_token=p1` }).reply(200, { next_page_token: 'p2' });
  workspace.intercept({ path: `${path}&page_token=p2` }).reply(200, { runs: tasks(3, 2), next_page_token: 'p3' });

  const ids: string[] = [];
  for await (const run of jobs.listRuns({ activeOnly: true })) {
    ids.push(run.run_id);
    if (ids.length === 5) break;
  }

  expect(ids).toEqual(['0', '1', '2', '3', '4']);
  agent.assertNoPendingInterceptors();
});

it('finds saved jobs by name', async () => {
  const { workspace, jobs } = startTransport();
  workspace
    .intercept({ path: '/api/2.2/jobs/list?name=nightly+load&limit=100' })
    .reply(200, { jobs: [{ job_id: 3, settings: { name: 'nightly load' } }] });

  expect(await jobs.listJobsByName('nightly load')).toMatchObject([{ job_id: '3' }]);
});

it('repairs a run', async () => {
  const { workspace, jobs } = startTransport();
  const body = '{"run_id":1,"rerun_all_failed_tasks":true}';
  workspace.intercept({ path: '/api/2.2/jobs/runs/repair', method: 'POST', body }).reply(200, '{"repair_id":12}');

  expect(await jobs.repairRun(body)).toEqual({ repairId: '12' });
});
