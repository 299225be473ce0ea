import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startStack, type Stack } from '../../local/stack.ts';
import { Gateway, simulated } from './gateway.ts';
import { replay, type RecordedHistory } from './replay-orchestration.ts';

/*
 * Records the history of every path of a run on the real stack into test/fixtures/histories. Run it by hand when a
 * change of the workflow is meant to change what it asks for: orchestrations that are under way then do not replay.
 */

const directory = fileURLToPath(new URL('../fixtures/histories', import.meta.url));
const destination = { username: 'databricks', password: 'recording' };

const RUN_PATHS: Record<string, (gateway: Gateway, stack: Stack) => Promise<string>> = {
  succeeded: (gateway) => gateway.submit(simulated(0.5)),
  failed: (gateway) => gateway.submit(simulated(0.1, { result_state: 'FAILED' })),
  retried: (gateway) =>
    gateway.submit({
      ...simulated(0.1, { result_state: 'INTERNAL_ERROR' }),
      gateway: { retry: { max_attempts: 2, backoff_seconds: 1 } },
    }),
  notified: (gateway) => gateway.submit({ ...simulated(0.1), gateway: { notify: { queue: true } } }),
  'past-its-deadline': (gateway) => gateway.submit({ ...simulated(60), gateway: { deadline_seconds: 3 } }),
  async 'canceled-while-running'(gateway) {
    const id = await gateway.submit(simulated(60));
    await gateway.until(id, ({ run_id: runId }) => runId !== null);
    await gateway.send('DELETE', `/api/runs/${id}`);
    return id;
  },
  async 'canceled-while-queued'(gateway) {
    const ahead = [await gateway.submit(simulated(5)), await gateway.submit(simulated(5))];
    const id = await gateway.submit(simulated(60));
    await gateway.until(id, ({ queue_position: position }) => position !== null);
    await gateway.send('DELETE', `/api/runs/${id}`);
    await Promise.all(ahead.map((other) => gateway.result(other)));
    return id;
  },
  async queued(gateway) {
    const ahead = [await gateway.submit(simulated(3)), await gateway.submit(simulated(3))];
    const id = await gateway.submit(simulated(0.1));
    await Promise.all(ahead.map((other) => gateway.result(other)));
    return id;
  },
  async rejected(gateway) {
    return (await gateway.post('/api/jobs/no-such-job/runs', {})).body.id;
  },
  async unavailable(gateway) {
    const fault = { match: { operation: 'runs/submit' }, kind: 'status', status: 503 };
    await gateway.control('databricks', 'POST', 'faults', fault);
    const id = await gateway.submit(simulated(0.1));
    await sleep(15_000);
    await gateway.control('databricks', 'DELETE', 'faults');
    return id;
  },
  async throttled(gateway) {
    const fault = { match: { operation: 'runs/submit' }, kind: 'status', status: 429, retry_after: 12, times: 1 };
    await gateway.control('databricks', 'POST', 'faults', fault);
    return gateway.submit(simulated(0.1));
  },
  async pushed(gateway, stack) {
    const url = `${stack.url}/api/webhooks/databricks`;
    await gateway.control('databricks', 'POST', 'webhooks', { url, ...destination });
    const id = await gateway.submit(simulated(3));
    await gateway.result(id);
    await gateway.control('databricks', 'DELETE', 'webhooks');
    return id;
  },
  async 'in-its-second-generation'(gateway) {
    const id = await gateway.submit(simulated(60));
    const { run_id: runId } = await gateway.until(id, (document) => document.run_id !== null);
    const authorization = `Basic ${Buffer.from(`${destination.username}:${destination.password}`).toString('base64')}`;
    for (let wake = 0; wake < 90; wake++) {
      const body = { event_type: 'jobs.on_start', run: { run_id: runId } };
      await gateway.post('/api/webhooks/databricks', body, { authorization });
      await sleep(150);
    }
    await gateway.send('DELETE', `/api/runs/${id}`);
    return id;
  },
  async repaired(gateway) {
    const tasks = [{ task_key: 'bad', ...simulated(0.1, { result_state: 'FAILED' }) }];
    const id = await gateway.submit({ tasks });
    await gateway.result(id);
    await gateway.post(`/api/runs/${id}/repair`, {});
    return `${id}-2`;
  },
};

await using stack = await startStack({
  env: {
    DATABRICKS_MAX_CONCURRENT_RUNS: '2',
    DATABRICKS_WEBHOOK_ID: 'c0ffee00-0000-4000-8000-000000000001',
    DATABRICKS_WEBHOOK_USERNAME: destination.username,
    DATABRICKS_WEBHOOK_PASSWORD: destination.password,
  },
});
const gateway = new Gateway(stack);
const instances = new Map<string, string>();
for (const [path, run] of Object.entries(RUN_PATHS)) {
  console.log(path);
  const instanceId = await run(gateway, stack);
  await gateway.result(instanceId.split('-')[0] ?? '', 120_000);
  await sleep(500);
  instances.set(path, instanceId);
}
await stack.killHost();
await mkdir(directory, { recursive: true });
using database = new DatabaseSync(join(stack.dataDir, 'hub.db'), { readOnly: true });
for (const [path, instanceId] of instances) await writeHistory(path, instanceId);

async function writeHistory(path: string, instanceId: string): Promise<void> {
  const instance = database.prepare('SELECT input, output, status FROM instances WHERE id=?').get(instanceId);
  const rows = database.prepare('SELECT event FROM history WHERE instance=? ORDER BY seq').all(instanceId);
  const events = rows.map(({ event }) => JSON.parse(String(event)) as RecordedHistory['events'][number]);
  if (instance?.['status'] !== 'Completed') throw new Error(`${path} has not completed.`);
  const recorded = { instanceId, input: JSON.parse(String(instance['input'])) as unknown };
  const { actions, error } = await replay(recorded, events);
  if (error !== undefined) throw new Error(`${path} does not replay: ${error}`);
  const output = JSON.parse(String(instance['output'])) as unknown;
  const text = JSON.stringify({ ...recorded, output, actions, events } satisfies RecordedHistory, null, 1);
  await writeFile(join(directory, `${path}.json`), `${text}\n`);
  console.log(`${path}: ${events.length} events`);
}
