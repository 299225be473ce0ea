import { expect, it } from 'vitest';
import { prepareRepair } from '../../../../src/shared/runs/submit/prepare-repair.ts';
import { startTransport } from '../../databricks/transport-fixture.ts';
import { sampleRun } from '../../ledger/sample-run.ts';

function workspace() {
  const { workspace: databricks, jobs, agent } = startTransport();
  const history = [{ id: 900, type: 'REPAIR', start_time: 5 }];
  databricks
    .intercept({ path: '/api/2.2/jobs/runs/get?run_id=5&include_history=true' })
    .reply(200, { run_id: 5, repair_history: history });
  databricks.intercept({ path: '/api/2.2/jobs/runs/repair', method: 'POST' }).reply(200, { repair_id: 901 });
  return { jobs, agent };
}

const asked = { runId: '5', repair: '{"rerun_all_failed_tasks":true}', call: {} };

it('makes a repair of its own although somebody else has made one before', async () => {
  const { jobs, agent } = workspace();

  const { send } = await prepareRepair(jobs, sampleRun(), { ...asked, mayBeSent: false });

  expect(await send()).toBe('901');
  agent.assertNoPendingInterceptors();
});

it('takes a new repair for its own where the row says that it may have been sent', async () => {
  const { jobs } = workspace();

  const { send } = await prepareRepair(jobs, sampleRun(), { ...asked, mayBeSent: true });

  expect(await send()).toBe('900');
});

it('names the task of a shorthand run as Databricks does', async () => {
  const { workspace: databricks, jobs } = startTransport();
  const tasks = [{ run_id: 6, task_key: 'nightly load' }];
  databricks
    .intercept({ path: '/api/2.2/jobs/runs/get?run_id=5&include_history=true' })
    .reply(200, { run_id: 5, tasks });
  databricks
    .intercept({
      path: '/api/2.2/jobs/runs/repair',
      method: 'POST',
      body: (body) => (JSON.parse(body) as { rerun_tasks: string[] }).rerun_tasks.join() === 'nightly load',
    })
    .reply(200, { repair_id: 901 });
  const { request, ...record } = sampleRun();
  const shorthand = { ...record, request: { ...request, shorthandTaskKey: 'main' } };

  const { send } = await prepareRepair(jobs, shorthand, {
    ...asked,
    repair: '{"rerun_tasks":["main"]}',
    mayBeSent: false,
  });

  expect(await send()).toBe('901');
});
