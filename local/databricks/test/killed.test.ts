import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

async function statement(workspace: EmulatedWorkspace, text: string) {
  const { body } = await workspace.post('/api/2.0/sql/statements', { warehouse_id: WAREHOUSE_ID, statement: text });
  return body;
}

/** A workspace in a process of its own, whose end is kill -9. */
async function startKilled(dataDir: string): Promise<EmulatedWorkspace> {
  const emulator = spawn(process.execPath, ['local/databricks/main.ts', '--port', '0', '--data', dataDir], {
    env: { ...process.env, DATABRICKS_TOKEN: TOKEN },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(emulator, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface(emulator.stdout)) if (lines.push(line) === 3) break;
  const url = lines[2]?.replace('listening on ', '') ?? '';
  return connectTo(url, lines[0]?.replace('ca ', '') ?? '', async () => {
    emulator.kill('SIGKILL');
    await exit;
  });
}

/** A task that takes no cluster: what became of the cluster at the kill is looked at afterwards. */
function serverlessTask(...task: Parameters<typeof simulatedTask>): Record<string, unknown> {
  return { ...simulatedTask(...task), existing_cluster_id: undefined };
}

function serverlessRun(parameters: Record<string, string>, more: object = {}): object {
  return { tasks: [serverlessTask('main', parameters)], ...more };
}

const isRunning = ({ state }: Json) => state.life_cycle_state === 'RUNNING';

describe('a workspace that is killed, and started again', () => {
  const ended = new AsyncDisposableStack();
  let workspace: EmulatedWorkspace;
  /** What was there at the one kill that the tests share. */
  const kept = { runId: 0, jobId: 0, destinationId: '', now: 0 };
  const runs: Record<string, number> = {};
  let iteratedId: number;
  const notified: string[] = [];

  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
    ended.defer(() => rm(dataDir, { recursive: true, force: true }));
    const receiver = createServer((request, response) => {
      void json(request).then((body) => notified.push((body as { event_type: string }).event_type));
      response.end();
    });
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    ended.defer(() => void receiver.close());
    {
      await using first = await startKilled(dataDir);
      await keepThings(first);
      const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
      await Promise.all([beginIterations(first, url), beginRuns(first)]);
    }
    workspace = ended.use(await startKilled(dataDir));
  });
  afterAll(() => ended.disposeAsync());

  async function keepThings(first: EmulatedWorkspace): Promise<void> {
    const deleted = await first.submit(simulatedRun({ seconds: '0' }, { idempotency_token: 'of a deleted run' }));
    await first.ended(deleted);
    await first.control('POST', 'clock', { advance_seconds: 3_600 });
    await first.post('jobs/runs/delete', { run_id: deleted });
    kept.jobId = (await first.post('jobs/create', { name: 'kept', tasks: [simulatedTask('a')] })).body.job_id;
    kept.destinationId = (
      await first.post('/api/2.0/notification-destinations', {
        display_name: 'kept',
        config: { generic_webhook: { url: 'https://example.com' } },
      })
    ).body.id;
    await statement(first, 'CREATE TABLE kept AS SELECT 7 AS number');
    await first.post('/api/2.0/clusters/delete', { cluster_id: CLUSTER_ID });
    kept.now = (await first.control('GET', 'clock')).body.now;
    kept.runId = await first.submit({
      tasks: [{ ...serverlessTask('main', { seconds: '600' }), new_cluster: {} }],
      idempotency_token: 'kept',
    });
  }

  async function beginIterations(first: EmulatedWorkspace, url: string): Promise<void> {
    const config = { generic_webhook: { url } };
    const { id } = (await first.post('/api/2.0/notification-destinations', { display_name: 'd', config })).body;
    const inner = serverlessTask('inner', { seconds: '1' });
    iteratedId = await first.submit({
      webhook_notifications: { on_start: [{ id }], on_success: [{ id }] },
      tasks: [{ task_key: 'each', for_each_task: { inputs: '[1, 2, 3]', task: inner } }],
    });
    await first.until(
      iteratedId,
      ({ tasks }) => tasks[0].for_each_task.stats?.task_run_stats.completed_iterations === 1,
    );
  }

  async function beginRuns(first: EmulatedWorkspace): Promise<void> {
    const { body: job } = await first.post('jobs/create', {
      name: 'child',
      tasks: [serverlessTask('a', { seconds: '5' })],
    });
    runs['simulated'] = await first.submit(serverlessRun({ seconds: '5', result: 'kept' }));
    runs['limited'] = await first.submit(serverlessRun({ seconds: '60' }, { timeout_seconds: 2 }));
    runs['cancelled'] = await first.submit(serverlessRun({ seconds: '60' }));
    runs['child job'] = await first.submit({
      tasks: [{ task_key: 'main', run_job_task: { job_id: job.job_id } }],
    });
    const retries = { max_retries: 1, min_retry_interval_millis: 3_000 };
    runs['retried'] = await first.submit({
      tasks: [serverlessTask('main', { seconds: '0', result_state: 'FAILED' }, retries)],
    });
    await Promise.all([
      first.until(runs['retried'], ({ tasks }) => tasks.length === 2),
      first.until(runs['child job'], isRunning),
      first.until(runs['simulated'], isRunning),
    ]);
    await first.post('jobs/runs/cancel', { run_id: runs['cancelled'] });
  }

  test('has whatever had a response: runs, tokens, jobs, clusters, destinations, tables, the clock', async () => {
    expect((await workspace.control('GET', 'clock')).body.now).toBeGreaterThanOrEqual(kept.now);
    expect(await workspace.submit(simulatedRun({}, { idempotency_token: 'kept' }))).toBe(kept.runId);
    expect(
      (await workspace.post('jobs/runs/submit', simulatedRun({}, { idempotency_token: 'of a deleted run' }))).body,
    ).toMatchObject({ message: expect.stringContaining('has been deleted') });
    expect((await workspace.get('jobs/list', { name: 'kept' })).body.jobs[0].job_id).toBe(kept.jobId);
    expect((await workspace.get(`/api/2.0/notification-destinations/${kept.destinationId}`)).status).toBe(200);
    expect((await statement(workspace, 'SELECT number FROM kept')).result.data_array).toEqual([['7']]);
    const { clusters } = (await workspace.get('/api/2.0/clusters/list')).body;
    expect(clusters).toHaveLength(2);
    expect(clusters.find((cluster: { cluster_id: string }) => cluster.cluster_id === CLUSTER_ID).state).toBe(
      'TERMINATED',
    );
  });

  test('ends runs that were at work as their clock says, each task once', async () => {
    const endOf = async (name: string) => workspace.ended(runs[name]!);
    expect((await endOf('simulated')).tasks).toMatchObject([{ execution_duration: 5_000, attempt_number: 0 }]);
    const limited = await endOf('limited');
    expect(limited.state.result_state).toBe('TIMEDOUT');
    expect(limited.end_time - limited.start_time).toBeLessThan(4_000);
    expect((await endOf('cancelled')).state.result_state).toBe('CANCELED');
    expect((await endOf('child job')).state.result_state).toBe('SUCCESS');
    const [failed, again] = (await endOf('retried')).tasks;
    expect(again.start_time - failed.end_time).toBe(3_000);
    const known = (await workspace.control('GET', 'runs')).body.runs as { run_id: number }[];
    const others = new Set([kept.runId, iteratedId]);
    // The runs submitted, and one of the job.
    expect(known.filter(({ run_id: id }) => !others.has(id))).toHaveLength(6);
  });

  test('does not notify again that a run has started, and runs its iterations once', async () => {
    const run = await workspace.ended(iteratedId);
    expect(run.state.result_state).toBe('SUCCESS');
    const { iterations } = (await workspace.get('jobs/runs/get', { run_id: run.tasks[0].run_id })).body;
    expect(iterations.map((iteration: { execution_duration: number }) => iteration.execution_duration)).toEqual([
      1_000, 1_000, 1_000,
    ]);
    await expect.poll(() => notified).toEqual(['jobs.on_start', 'jobs.on_success']);
  });
});
