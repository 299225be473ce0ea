import { afterEach, beforeEach, expect, test } from 'vitest';
import { simulatedRun, simulatedTask, startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

let workspace: EmulatedWorkspace;
beforeEach(async () => {
  workspace = await startEmulatedWorkspace({ timeScale: 100 });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const idsOf = (body: { runs?: { run_id: number }[] }) => (body.runs ?? []).map((run) => run.run_id);

test('leaves runs out when there are none', async () => {
  expect((await workspace.get('jobs/runs/list')).body).toEqual({});
  expect((await workspace.get('/api/2.1/jobs/runs/list')).body).toEqual({ has_more: false });
});

test('refuses more than 26 in the words of Databricks, and gives 20 unless asked', async () => {
  await Promise.all(Array.from({ length: 30 }, () => workspace.submit(simulatedRun())));
  expect(await workspace.get('jobs/runs/list', { limit: 27 })).toMatchObject({
    status: 400,
    body: { message: 'Invalid limit 27 - it has to be no more than 26.' },
  });
  expect((await workspace.get('jobs/runs/list')).body.runs).toHaveLength(20);
  expect((await workspace.get('jobs/runs/list', { limit: 0 })).body.runs).toHaveLength(25);
  expect((await workspace.get('jobs/runs/list', { offset: 28 })).body.runs).toHaveLength(2);
  expect((await workspace.get('jobs/runs/list', { offset: 10_020 })).body.message).toContain(
    'exceeded the value of 10000',
  );
});

test('pages through all runs by token', async () => {
  const made = await Promise.all(
    Array.from({ length: 30 }, () => workspace.submit(simulatedRun({ seconds: '900000' }))),
  );
  const found: number[] = [];
  let token: string | undefined;
  do {
    const { body } = await workspace.get('jobs/runs/list', { limit: 7, ...(token ? { page_token: token } : {}) });
    found.push(...idsOf(body));
    token = body.next_page_token;
  } while (token);
  expect(found).toHaveLength(30);
  expect(new Set(found)).toEqual(new Set(made));
});

test('orders by end, newest first, and by start where a run goes on', async () => {
  const long = await workspace.submit(simulatedRun({ seconds: '60' }));
  const running = await workspace.submit(simulatedRun({ seconds: '900000' }));
  const short = await workspace.submit(simulatedRun({ seconds: '5' }));
  await workspace.ended(short);
  await workspace.ended(long);
  expect(idsOf((await workspace.get('jobs/runs/list')).body)).toEqual([long, short, running]);
  expect(idsOf((await workspace.get('jobs/runs/list', { active_only: true })).body)).toEqual([running]);
  expect(idsOf((await workspace.get('jobs/runs/list', { completed_only: true })).body)).toEqual([long, short]);
  expect((await workspace.get('jobs/runs/list', { active_only: true, completed_only: true })).status).toBe(400);
});

test('filters by start time, type and job, and expands tasks', async () => {
  const { body: job } = await workspace.post('jobs/create', { name: 'listed', tasks: [simulatedTask('a')] });
  const { body: ofJob } = await workspace.post('jobs/run-now', job);
  const submitted = await workspace.submit({
    tasks: Array.from({ length: 101 }, (_, index) => simulatedTask(`t${index}`)),
  });
  expect(idsOf((await workspace.get('jobs/runs/list', { job_id: job.job_id })).body)).toEqual([ofJob.run_id]);
  expect(idsOf((await workspace.get('jobs/runs/list', { run_type: 'SUBMIT_RUN' })).body)).toEqual([submitted]);
  expect((await workspace.get('jobs/runs/list', { start_time_to: 1_000 })).body).toEqual({});
  const { body } = await workspace.get('jobs/runs/list', { run_type: 'SUBMIT_RUN', expand_tasks: true });
  expect(body.runs[0].tasks).toHaveLength(100);
  expect(body.runs[0].has_more).toBe(true);
});
