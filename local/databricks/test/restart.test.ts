import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLUSTER_ID, simulatedRun, simulatedTask, startEmulatedWorkspace } from './emulated-workspace.ts';

test('runs, jobs and notebooks outlive the emulator; runs that had not ended go on', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'restart-'));
  try {
    let ended: number, running: number, sleeping: number, jobId: number;
    {
      await using workspace = await startEmulatedWorkspace({ dataDir });
      ended = await workspace.submit(simulatedRun({ seconds: '0', result: 'kept' }, { idempotency_token: 'kept' }));
      running = await workspace.submit(simulatedRun({ seconds: '3' }));
      await workspace.post('/api/2.0/workspace/mkdirs', { path: '/Shared/empty' });
      await workspace.post('/api/2.0/workspace/import', {
        path: '/Shared/kept',
        language: 'PYTHON',
        content: Buffer.from('dbutils.notebook.exit("again")').toString('base64'),
      });
      sleeping = await workspace.submit({
        tasks: [
          simulatedTask('first', { seconds: '4' }),
          {
            task_key: 'second',
            depends_on: [{ task_key: 'first' }],
            existing_cluster_id: CLUSTER_ID,
            notebook_task: { notebook_path: '/Shared/kept' },
          },
        ],
      });
      jobId = (await workspace.post('jobs/create', { name: 'kept', tasks: [simulatedTask('a')] })).body.job_id;
      await workspace.ended(ended);
      await workspace.until(running, ({ state }) => state.life_cycle_state === 'RUNNING');
    }
    await using workspace = await startEmulatedWorkspace({ dataDir });
    const { body: run } = await workspace.get('jobs/runs/get', { run_id: ended });
    expect(run.state.result_state).toBe('SUCCESS');
    expect((await workspace.output(run.tasks[0].run_id)).notebook_output.result).toBe('kept');
    expect(await workspace.submit(simulatedRun({}, { idempotency_token: 'kept' }))).toBe(ended);
    const { body: folder } = await workspace.get('/api/2.0/workspace/get-status', { path: '/Shared/empty' });
    expect(folder.object_type).toBe('DIRECTORY');
    expect((await workspace.get('jobs/list', { name: 'kept' })).body.jobs[0].job_id).toBe(jobId);

    expect((await workspace.ended(running)).tasks[0]).toMatchObject({ execution_duration: 3_000, attempt_number: 0 });
    const { tasks } = await workspace.ended(sleeping);
    expect((await workspace.output(tasks[1].run_id)).notebook_output.result).toBe('again');
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
