import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startStack, type Stack } from '../../local/stack.ts';
import { WORKFLOW_VERSIONS } from '../../src/shared/workflow/version.ts';
import { Gateway, simulated } from './gateway.ts';
import {
  fingerprint,
  HISTORIES_DIRECTORY,
  readReleased,
  recordedVersions,
  RELEASED_FILE,
} from './recorded-histories.ts';
import { replay, type RecordedHistory } from './replay-orchestration.ts';

/*
 * `npm run histories` records every path of the workflow on the real stack, for the last of WORKFLOW_VERSIONS, or those
 * paths that are named. `npm run histories -- --release` records nothing: it freezes the last version.
 */

const version = WORKFLOW_VERSIONS.at(-1) ?? '';
const directory = join(HISTORIES_DIRECTORY, version);
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
  async 'of-a-saved-job'(gateway, stack) {
    const tasks = [
      { task_key: 'one', ...simulated(0.5) },
      { task_key: 'other', ...simulated(0.5) },
    ];
    const headers = { authorization: `Bearer ${stack.databricks.token}` };
    const job = { name: 'of two tasks', tasks };
    const { body } = await gateway.send('POST', `${stack.databricks.url}/api/2.2/jobs/create`, job, headers);
    return (await gateway.post(`/api/jobs/${body.job_id}/runs`, {})).body.id;
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
      const body = { event_type: 'jobs.on_success', run: { run_id: runId } };
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

/** Paths of an asynchronous statement; each returns its id. */
const STATEMENT_PATHS: Record<string, (gateway: Gateway) => Promise<string>> = {
  'statement-exported': (gateway) => submitStatement(gateway, 'SELECT id FROM range(10) AS t(id)'),
  'statement-failed': (gateway) => submitStatement(gateway, 'SELECT * FROM default.no_such_table'),
  async 'statement-canceled'(gateway) {
    const endless = 'SELECT sum(a.id * b.id) FROM range(10000000) AS a(id), range(10000000) AS b(id)';
    const id = await submitStatement(gateway, endless);
    await sleep(3_000);
    await gateway.send('DELETE', `/api/sql/statements/${id}`);
    return id;
  },
};

async function submitStatement(gateway: Gateway, statement: string): Promise<string> {
  const accepted = await gateway.post('/api/sql/statements', { statement });
  return String(accepted.body.id);
}

async function statementEnd(gateway: Gateway, id: string): Promise<void> {
  for (const untilMs = Date.now() + 60_000; Date.now() < untilMs; await sleep(200))
    if ((await gateway.get(`/api/sql/statements/${id}/result`)).status !== 202) return;
  throw new Error(`The statement ${id} has not ended.`);
}

/** Freezes the versions that are given: their histories may be in somebody's storage. */
async function release(versions: string[]): Promise<void> {
  const released = { ...readReleased() };
  for (const each of versions) released[each] ??= fingerprint(each);
  await writeFile(RELEASED_FILE, `${JSON.stringify(released, null, 2)}\n`);
}

async function record(only: string[]): Promise<void> {
  if (version in readReleased())
    throw new Error(`Version ${version} is released. Add one to src/shared/workflow/version.ts and to host.json.`);
  const wanted = (path: string): boolean => only.length === 0 || only.includes(path);
  const unknown = only.filter((path) => !(path in RUN_PATHS) && !(path in STATEMENT_PATHS));
  if (unknown.length > 0) throw new Error(`There is no path ${unknown.join(', ')}.`);
  // What is raised now leaves the versions before behind.
  await release(recordedVersions().filter((each) => each !== version));
  await using stack = await startStack({
    env: {
      DATABRICKS_MAX_CONCURRENT_RUNS: '2',
      DATABRICKS_WEBHOOK_ID: 'c0ffee00-0000-4000-8000-000000000001',
      DATABRICKS_WEBHOOK_USERNAME: destination.username,
      DATABRICKS_WEBHOOK_PASSWORD: destination.password,
    },
  });
  const gateway = new Gateway(stack);
  const instances: { path: string; name: RecordedHistory['name']; instanceId: string }[] = [];
  for (const [path, run] of Object.entries(RUN_PATHS).filter(([each]) => wanted(each))) {
    console.log(path);
    const instanceId = await run(gateway, stack);
    await gateway.result(instanceId.split('-')[0] ?? '', 120_000);
    await sleep(500);
    instances.push({ path, name: 'track-run', instanceId });
  }
  for (const [path, run] of Object.entries(STATEMENT_PATHS).filter(([each]) => wanted(each))) {
    console.log(path);
    const id = await run(gateway);
    await statementEnd(gateway, id);
    await sleep(500);
    instances.push({ path, name: 'track-sql-statement', instanceId: `sql-${id}` });
  }
  await stack.killHost();
  await mkdir(directory, { recursive: true });
  using database = new DatabaseSync(join(stack.dataDir, 'hub.db'), { readOnly: true });
  for (const { path, name, instanceId } of instances) await writeHistory(database, path, name, instanceId);
}

async function writeHistory(
  database: DatabaseSync,
  path: string,
  name: RecordedHistory['name'],
  instanceId: string,
): Promise<void> {
  const instance = database.prepare('SELECT input, output, status FROM instances WHERE id=?').get(instanceId);
  const rows = database.prepare('SELECT event FROM history WHERE instance=? ORDER BY seq').all(instanceId);
  const events = rows.map(({ event }) => JSON.parse(String(event)) as RecordedHistory['events'][number]);
  if (instance?.['status'] !== 'Completed') throw new Error(`${path} has not completed.`);
  const recorded = { name, instanceId, input: JSON.parse(String(instance['input'])) as unknown };
  const { actions, error } = await replay(recorded, events);
  if (error !== undefined) throw new Error(`${path} does not replay: ${error}`);
  const output = JSON.parse(String(instance['output'])) as unknown;
  const text = JSON.stringify({ ...recorded, output, actions, events } satisfies RecordedHistory, null, 1);
  await writeFile(join(directory, `${path}.json`), `${text}\n`);
  console.log(`${path}: ${events.length} events`);
}

const { values, positionals } = parseArgs({ options: { release: { type: 'boolean' } }, allowPositionals: true });
await (values.release ? release([version]) : record(positionals));
