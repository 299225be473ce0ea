import { afterEach, expect, it } from 'vitest';
import { queueRun } from '../../src/shared/runs/steps/queue-run.ts';
import { sweepRuns } from '../../src/shared/runs/sweep/sweep-runs.ts';
import { startFileStack } from '../support/file-stack.ts';
import { simulated, type DatabricksRun } from '../support/gateway.ts';
import { openInProcessGateway } from '../support/in-process-gateway.ts';

const env = {
  DATABRICKS_MAX_CONCURRENT_RUNS: '2',
  DATABRICKS_CREATIONS_PER_HOUR: '100',
  DATABRICKS_CREATIONS_WINDOW_SECONDS: '10',
  RUN_QUEUE_MAX: '6',
};

// The sweeps of this file are its own.
const { stack, gateway } = await startFileStack({
  env: { ...env, 'AzureWebJobs.sweep-runs.Disabled': 'true' },
  isNotified: true,
});
await gateway.control('databricks', 'POST', 'limits', { max_concurrent_runs: 2 });

afterEach(() => gateway.control('databricks', 'DELETE', 'faults'));

async function failNextSubmits(...faults: Record<string, unknown>[]): Promise<void> {
  for (const fault of faults)
    await gateway.control('databricks', 'POST', 'faults', { match: { operation: 'runs/submit' }, times: 1, ...fault });
}

/** The run at Databricks of each run that has one. */
async function known(ids: string[]): Promise<DatabricksRun[]> {
  return (await Promise.all(ids.map((id) => gateway.databricksRuns(id)))).flat();
}

/** Has every run at Databricks end that takes a minute. */
async function endRuns(): Promise<void> {
  await gateway.control('databricks', 'POST', 'clock', { advance_seconds: 60 });
}

it('lets as many run as the workspace allows, first come first served, and tells who waits where', async () => {
  await gateway.control('databricks', 'DELETE', 'requests');
  const ids: string[] = [];
  for (let run = 0; run < 6; run++) ids.push(await gateway.submit(simulated(1)));

  const last = await gateway.until(ids[5]!, (document) => document.queue_position !== null);
  const before = await gateway.until(ids[4]!, (document) => document.queue_position !== null);
  await Promise.all(ids.map((id) => gateway.result(id)));

  expect(last.status).toBe('queued');
  expect(last.queue_position).toBeGreaterThan(before.queue_position);
  expect(last.queue_position).toBeLessThanOrEqual(4);
  const runs = await known(ids);
  const started = runs.map(({ start_time: startMs }) => startMs);
  // Two that are let through at once race each other to Databricks; nobody who came later passes them.
  for (const [place, startMs] of started.slice(2).entries()) expect(startMs).toBeGreaterThan(started[place]!);
  for (const { start_time: startMs } of runs) {
    const active = runs.filter((run) => run.start_time <= startMs && startMs < run.end_time);
    expect(active.length).toBeLessThanOrEqual(2);
  }
  expect(await gateway.operations('runs/submit')).toEqual({ 200: 6 });
});

it('counts the tasks of a run, not the run', async () => {
  const two = {
    tasks: [
      { task_key: 'a', ...simulated(1) },
      { task_key: 'b', ...simulated(1) },
    ],
  };
  const first = await gateway.submit(two);
  const second = await gateway.submit(two);

  await gateway.until(second, (document) => document.queue_position === 1);
  await Promise.all([gateway.result(first), gateway.result(second)]);

  const [one, other] = await known([first, second]);
  expect(other!.start_time).toBeGreaterThanOrEqual(one!.end_time);
});

it('counts the tasks of a saved job, by whichever name it is run', async () => {
  const name = 'of two tasks at once';
  const tasks = [
    { task_key: 'a', ...simulated(0.5) },
    { task_key: 'b', ...simulated(0.5) },
  ];
  const authorization = `Bearer ${stack.databricks.token}`;
  const job = { name, max_concurrent_runs: 10, tasks };
  const { body } = await gateway.send('POST', `${stack.databricks.url}/api/2.2/jobs/create`, job, { authorization });

  const paths = [body.job_id, encodeURIComponent(name), body.job_id].map((key) => `/api/jobs/${key}/runs`);
  const accepted = await Promise.all(paths.map((path) => gateway.post(path, {})));
  await Promise.all(accepted.map(({ body: { id } }) => gateway.result(id)));

  const runs = await known(accepted.map(({ body: { id } }) => id));
  const [first, second, third] = runs.toSorted((one, other) => one.start_time - other.start_time);
  expect(second!.start_time).toBeGreaterThanOrEqual(first!.end_time);
  expect(third!.start_time).toBeGreaterThanOrEqual(second!.end_time);
});

it('accepts so many and no more: 429 with Retry-After, and again when there is room', async () => {
  const ids: string[] = [];
  let refused;
  for (let run = 0; run < 20 && refused === undefined; run++) {
    const answer = await gateway.post('/api/runs', simulated(1));
    if (answer.status === 202) ids.push(answer.body.id);
    else refused = answer;
  }

  expect(refused).toMatchObject({ status: 429, body: { code: 'QUEUE_FULL' } });
  expect(refused?.headers['retry-after']).toMatch(/^\d+$/);
  // Two may have gone already, and each process counts what has not drawn its ticket yet.
  expect(ids.length).toBeGreaterThanOrEqual(6);
  expect(ids.length).toBeLessThanOrEqual(9);
  for (const id of ids) expect((await gateway.result(id)).outcome).toBe('succeeded');
  expect((await gateway.post('/api/runs', simulated(0.1))).status).toBe(202);
});

it('gives a canceled place in the line to those behind', async () => {
  const running = [await gateway.submit(simulated(60)), await gateway.submit(simulated(60))];
  for (const id of running) await gateway.until(id, ({ run_id: runId }) => runId !== null);
  const unwanted = await gateway.submit(simulated(1));
  const behind = await gateway.submit(simulated(0.1));
  await gateway.until(unwanted, (document) => document.queue_position !== null);

  expect((await gateway.send('DELETE', `/api/runs/${unwanted}`)).status).toBe(202);

  expect(await gateway.result(unwanted)).toMatchObject({ outcome: 'canceled', run_id: null });
  await endRuns();
  expect((await gateway.result(behind)).outcome).toBe('succeeded');
  await Promise.all(running.map((id) => gateway.result(id)));
  expect(await known([unwanted])).toEqual([]);
});

it('finds a place that was given back twice, and lets nobody have it while its run is at work', async () => {
  const { context, orchestrations } = await openInProcessGateway(stack, { env });
  const [running, other] = [await gateway.submit(simulated(60)), await gateway.submit(simulated(60))];
  for (const id of [running, other]) await gateway.until(id, ({ run_id: runId }) => runId !== null);
  await orchestrations.signalAdmission('default', 'release', { tasks: 1 });
  await expect.poll(async () => (await orchestrations.admission('default'))?.active).toBe(1);

  const first = await sweepRuns(context, orchestrations);
  const second = await sweepRuns(context, orchestrations);

  expect(first.drift['default']).toEqual({ active: 0, waiting: 0, missing: 1, callers: {} });
  expect(second.drift['default']).toEqual({ active: 0, waiting: 0, missing: 0, callers: {} });
  await expect.poll(async () => (await orchestrations.admission('default'))?.active).toBe(2);
  const waiting = await gateway.submit(simulated(0.1));
  expect((await gateway.until(waiting, ({ queue_position: place }) => place !== null)).queue_position).toBe(1);
  for (const id of [running, other]) await gateway.send('DELETE', `/api/runs/${id}`);
  expect((await gateway.result(waiting)).outcome).toBe('succeeded');
  await Promise.all([running, other].map((id) => gateway.result(id)));
  await expect.poll(async () => (await orchestrations.admission('default'))?.active).toBe(0);
});

it('keeps the row of a run as it is when its place in the line is noted late', async () => {
  const { context } = await openInProcessGateway(stack, { env });
  const id = await gateway.submit(simulated(60));
  await gateway.until(id, ({ run_id: runId }) => runId !== null);
  const key = (await context.ledger.find(id))!.record;

  expect(await queueRun(context, { key, attempt: 1, ticket: 7 })).toEqual({ cancelRequested: false });

  expect((await context.ledger.get(key))?.record).toMatchObject({ ticket: null, runId: expect.any(String) });
  await endRuns();
  expect((await gateway.result(id)).outcome).toBe('succeeded');
  await queueRun(context, { key, attempt: 1, ticket: 7 });
  expect((await gateway.get(`/api/runs/${id}`)).body.status).toBe('completed');
});

it('closes the gate for all while Databricks says 429', async () => {
  await failNextSubmits({ kind: 'status', status: 429, error_code: 'REQUEST_LIMIT_EXCEEDED', retry_after: 4 });
  await gateway.control('databricks', 'DELETE', 'requests');
  const acceptedMs = (await gateway.control('databricks', 'GET', 'clock')).body.now;
  const first = await gateway.submit(simulated(0.1));
  await gateway.until(first, ({ status }) => status === 'submitting');
  const second = await gateway.submit(simulated(0.1));

  await Promise.all([gateway.result(first), gateway.result(second)]);

  const runs = await known([first, second]);
  for (const { start_time: startMs } of runs) expect(startMs - acceptedMs).toBeGreaterThanOrEqual(3_900);
  expect(await gateway.operations('runs/submit')).toEqual({ 200: 2, 429: 1 });
});

it('cancels the run that a lost answer told of when the deadline passes behind a 429', async () => {
  await failNextSubmits({ kind: 'lost_response' }, { kind: 'status', status: 429, retry_after: 7 });
  const id = await gateway.submit({ ...simulated(120), gateway: { deadline_seconds: 5 } });

  expect(await gateway.result(id)).toMatchObject({ outcome: 'timed_out', run_id: expect.any(String) });
  expect(await known([id])).toMatchObject([{ result_state: 'CANCELED' }]);
});

// The last one, as it closes the gate for ten minutes.
it('ends a run at once that was only ever answered 429 when its owner takes it back, and sends nothing more', async () => {
  await failNextSubmits({ kind: 'status', status: 429, retry_after: 600 });
  const before = await gateway.operations('runs/submit');
  const id = await gateway.submit(simulated(30));
  await expect.poll(async () => ((await gateway.operations('runs/submit'))['429'] ?? 0) - (before['429'] ?? 0)).toBe(1);

  await gateway.send('DELETE', `/api/runs/${id}`);

  expect(await gateway.result(id)).toMatchObject({ outcome: 'canceled', run_id: null });
  expect(await known([id])).toEqual([]);
  expect((await gateway.operations('runs/submit'))['200']).toBe(before['200']);
});
