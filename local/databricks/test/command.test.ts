import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

/** A program of the official SDK, which takes the certificate authority from the environment as applications do. */
const PROGRAM = `
  import sdk from '@databricks/sdk-experimental';
  const workspace = new sdk.WorkspaceClient({ host: process.env.HOST, token: process.env.TOKEN });
  const cluster = '0101-000000-local00';
  const waiter = await workspace.jobs.submit({
    run_name: 'sdk',
    idempotency_token: 'sdk',
    tasks: [{ task_key: 'main', existing_cluster_id: cluster, notebook_task: { notebook_path: '/Shared/test_notebook', base_parameters: { key: 'sdk' } } }],
  });
  const run = await waiter.wait();
  const output = await workspace.jobs.getRunOutput({ run_id: run.tasks[0].run_id });
  const { job_id } = await workspace.jobs.create({ name: 'sdk job', tasks: [{ task_key: 'a', existing_cluster_id: cluster, notebook_task: { notebook_path: '/Simulated/a' } }] });
  await workspace.jobs.runNow({ job_id });
  const runs = [];
  for await (const listed of workspace.jobs.listRuns({})) runs.push(listed.run_id);
  const jobs = [];
  for await (const job of workspace.jobs.list({ name: 'sdk job' })) jobs.push(job.job_id);
  const clusters = [];
  for await (const listed of workspace.clusters.list({})) clusters.push(listed.cluster_id);
  let failure;
  try { await workspace.jobs.getRun({ run_id: 1 }); } catch (error) { failure = error.message; }
  console.log(JSON.stringify({ result: output.notebook_output.result, runs: runs.length, jobs: jobs.length, clusters, failure, me: (await workspace.currentUser.me()).userName }));
`;

test('the command prints its three lines, serves the official SDK, and leaves nothing behind', async () => {
  const emulator = spawn(process.execPath, ['local/databricks/main.ts', '--port', '0', '--time-scale', '20'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface(emulator.stdout)) if (lines.push(line) === 3) break;
  const [ca = '', token = '', listening = ''] = lines;
  expect(ca).toMatch(/^ca \/.+/);
  expect(token).toMatch(/^token .+/);
  expect(listening).toMatch(/^listening on https:\/\/localhost:\d+$/);

  const client = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: ca.slice(3),
      HOST: listening.slice('listening on '.length),
      TOKEN: token.slice('token '.length),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const text = Buffer.concat(await client.stdout.toArray()).toString();
  expect(JSON.parse(text)).toEqual({
    result: '{"status": "ok", "params": "sdk"}',
    runs: 2,
    jobs: 1,
    clusters: ['0101-000000-local00'],
    failure: expect.stringContaining('Run 1 does not exist.'),
    me: 'emulator@example.com',
  });

  emulator.kill('SIGINT');
  expect(await once(emulator, 'exit')).toEqual([0, null]);
  await expect(access(ca.slice(3))).rejects.toThrow('ENOENT');
});
