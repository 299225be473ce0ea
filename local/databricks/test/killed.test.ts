import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { WAREHOUSE_ID } from '../sql/compute.ts';
import {
  CLUSTER_ID,
  connectTo,
  simulatedRun,
  simulatedTask,
  TOKEN,
  type EmulatedWorkspace,
  type Json,
} from './emulated-workspace.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
});

/** A workspace in a process of its own, whose end is kill -9. */
async function startKilled(): Promise<EmulatedWorkspace> {
  const emulator = spawn(process.execPath, ['local/databricks/main.ts', '--port', '0', '--data', dataDir], {
    env: { ...process.env, DATABRICKS_TOKEN: TOKEN },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(emulator, 'exit');
  onTestFinished(() => void emulator.kill('SIGKILL'));
  const lines: string[] = [];
  for await (const line of createInterface(emulator.stdout)) if (lines.push(line) === 3) break;
  const url = lines[2]?.replace('listening on ', '') ?? '';
  return connectTo(url, lines[0]?.replace('ca ', '') ?? '', async () => {
    emulator.kill('SIGKILL');
    await exit;
  });
}

async function statement(workspace: EmulatedWorkspace, text: string) {
  const { body } = await workspace.post('/api/2.0/sql/statements', { warehouse_id: WAREHOUSE_ID, statement: text });
  return body;
}

test('what was answered outlives kill -9: runs, tokens, jobs, clusters, destinations, tables, the clock', async () => {
  let submitted: number, deleted: number, jobId: number, destinationId: string, advanced: number;
  {
    await using workspace = await startKilled();
    deleted = await workspace.submit(simulatedRun({ seconds: '0' }, { idempotency_token: 'of a deleted run' }));
    await workspace.ended(deleted);
    await workspace.control('POST', 'clock', { advance_seconds: 3_600 });
    await workspace.post('jobs/runs/delete', { run_id: deleted });
    jobId = (await workspace.post('jobs/create', { name: 'kept', tasks: [simulatedTask('a')] })).body.job_id;
    destinationId = (
      await workspace.post('/api/2.0/notification-destinations', {
        display_name: 'kept',
        config: { generic_webhook: { url: 'https://example.com' } },
      })
    ).body.id;
    await statement(workspace, 'CREATE TABLE kept AS SELECT 7 AS number');
    await workspace.post('/api/2.0/clusters/delete', { cluster_id: CLUSTER_ID });
    advanced = (await workspace.control('GET', 'clock')).body.now;
    submitted = await workspace.submit(
      simulatedRun(
        { seconds: '600' },
        {
          tasks: [{ ...simulatedTask('main'), existing_cluster_id: undefined, new_cluster: {} }],
          idempotency_token: 'kept',
        },
      ),
    );
  }
  await using workspace = await startKilled();
  expect((await workspace.control('GET', 'clock')).body.now).toBeGreaterThanOrEqual(advanced);
  expect(await workspace.submit(simulatedRun({}, { idempotency_token: 'kept' }))).toBe(submitted);
  expect(
    (await workspace.post('jobs/runs/submit', simulatedRun({}, { idempotency_token: 'of a deleted run' }))).body,
  ).toMatchObject({ message: expect.stringContaining('has been deleted') });
  expect((await workspace.get('jobs/list', { name: 'kept' })).body.jobs[0].job_id).toBe(jobId);
  expect((await workspace.get(`/api/2.0/notification-destinations/${destinationId}`)).status).toBe(200);
  expect((await statement(workspace, 'SELECT number FROM kept')).result.data_array).toEqual([['7']]);
  const { clusters } = (await workspace.get('/api/2.0/clusters/list')).body;
  expect(clusters).toHaveLength(2);
  expect(clusters.find((cluster: { cluster_id: string }) => cluster.cluster_id === CLUSTER_ID).state).toBe(
    'TERMINATED',
  );
});

test('runs that were at work end as their clock says, each task once', async () => {
  const runs: Record<string, number> = {};
  {
    await using workspace = await startKilled();
    const { body: job } = await workspace.post('jobs/create', {
      name: 'child',
      tasks: [simulatedTask('a', { seconds: '5' })],
    });
    runs['simulated'] = await workspace.submit(simulatedRun({ seconds: '5', result: 'kept' }));
    runs['limited'] = await workspace.submit(simulatedRun({ seconds: '60' }, { timeout_seconds: 2 }));
    runs['cancelled'] = await workspace.submit(simulatedRun({ seconds: '60' }));
    runs['child job'] = await workspace.submit({
      tasks: [{ task_key: 'main', run_job_task: { job_id: job.job_id } }],
    });
    runs['retried'] = await workspace.submit({
      tasks: [
        simulatedTask(
          'main',
          { seconds: '0', result_state: 'FAILED' },
          { max_retries: 1, min_retry_interval_millis: 3_000 },
        ),
      ],
    });
    const isRunning = ({ state }: Json) => state.life_cycle_state === 'RUNNING';
    await Promise.all([
      workspace.until(runs['retried'], ({ tasks }) => tasks.length === 2),
      workspace.until(runs['child job'], isRunning),
      workspace.until(runs['simulated'], isRunning),
    ]);
    await workspace.post('jobs/runs/cancel', { run_id: runs['cancelled'] });
  }
  await using workspace = await startKilled();
  const ended = async (name: string) => workspace.ended(runs[name]!);
  expect((await ended('simulated')).tasks).toMatchObject([{ execution_duration: 5_000, attempt_number: 0 }]);
  const limited = await ended('limited');
  expect(limited.state.result_state).toBe('TIMEDOUT');
  expect(limited.end_time - limited.start_time).toBeLessThan(4_000);
  expect((await ended('cancelled')).state.result_state).toBe('CANCELED');
  expect((await ended('child job')).state.result_state).toBe('SUCCESS');
  const [failed, again] = (await ended('retried')).tasks;
  expect(again.start_time - failed.end_time).toBe(3_000);
  // The runs submitted, and one of the job.
  expect((await workspace.control('GET', 'runs')).body.runs).toHaveLength(6);
});

test('a run that goes on is not told of as started again, and its iterations run once', async () => {
  const told: string[] = [];
  const receiver = createServer((request, response) => {
    void json(request).then((body) => told.push((body as { event_type: string }).event_type));
    response.end();
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void receiver.close());
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  let runId: number;
  {
    await using workspace = await startKilled();
    const config = { generic_webhook: { url } };
    const { id } = (await workspace.post('/api/2.0/notification-destinations', { display_name: 'd', config })).body;
    const inner = simulatedTask('inner', { seconds: '1' });
    runId = await workspace.submit({
      webhook_notifications: { on_start: [{ id }], on_success: [{ id }] },
      tasks: [{ task_key: 'each', for_each_task: { inputs: '[1, 2, 3]', task: inner } }],
    });
    await workspace.until(
      runId,
      ({ tasks }) => tasks[0].for_each_task.stats?.task_run_stats.completed_iterations === 1,
    );
  }
  await using workspace = await startKilled();
  const run = await workspace.ended(runId);
  expect(run.state.result_state).toBe('SUCCESS');
  const { iterations } = (await workspace.get('jobs/runs/get', { run_id: run.tasks[0].run_id })).body;
  expect(iterations.map((iteration: { execution_duration: number }) => iteration.execution_duration)).toEqual([
    1_000, 1_000, 1_000,
  ]);
  await expect.poll(() => told).toEqual(['jobs.on_start', 'jobs.on_success']);
});
