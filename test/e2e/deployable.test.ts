import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startStack } from '../../local/stack.ts';
import { packageApp } from '../../scripts/package-app.ts';
import { Gateway, simulated } from '../support/gateway.ts';
import { loadedFiles, loadedPackages, RECORDER, sourcesAtStart } from '../support/loaded-packages.ts';

/** Azure's default; all other tests run the same bundle on the project's own Node. */
const NODE_22 = join('node_modules', 'node-22', 'bin', 'node');

/** What only other requests need. */
const LOADED_LATER = [
  '@databricks/sql',
  'apache-arrow',
  'parquet-wasm',
  'jose',
  'standardwebhooks',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/sdk-metrics',
  '@azure/eventgrid',
  '@azure/storage-queue',
  '@modelcontextprotocol/server',
];

/** What no function has to be loaded with to be registered. */
const NOT_AT_START =
  /node_modules\/(zod|undici|@azure\/(?!functions))|src\/shared\/(databricks|ledger|policy|runs|sql)\//;

/** So many files of the bundle at most for the first run, each of which is a read. */
const MAX_FILES_FOR_RUNS = 40;

it('needs nothing but what is deployed, on Node 22, and loads for a run what runs need', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-deployed-'));
  const appDir = join(folder, 'app');
  const recordedFile = join(folder, 'loaded-modules');
  const metafile = await packageApp(appDir);
  const atStart = sourcesAtStart(metafile);
  expect(atStart).toContain('src/functions/run-activities.ts');
  expect(atStart.filter((source) => NOT_AT_START.test(source))).toEqual([]);
  try {
    await using stack = await startStack({
      appDir,
      hostNodeFile: NODE_22,
      env: { NODE_OPTIONS: `--import ${RECORDER.href}`, LOADED_MODULES_FILE: recordedFile },
    });
    const gateway = new Gateway(stack);

    expect((await gateway.result(await gateway.submit(simulated(0.1)))).outcome).toBe('succeeded');
    const forRuns = await loadedPackages(recordedFile, metafile);
    expect(LOADED_LATER.filter((name) => forRuns.has(name))).toEqual([]);
    expect(forRuns).toContain('durable-functions');
    expect((await loadedFiles(recordedFile, metafile)).length).toBeLessThan(MAX_FILES_FOR_RUNS);

    const listTools = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const tools = await gateway.post('/api/mcp', listTools, { accept: 'application/json, text/event-stream' });
    expect(tools.body.result.tools[0].name).toBe('submit_run');
    expect(await loadedPackages(recordedFile, metafile)).toContain('@modelcontextprotocol/server');

    const rows = await gateway.post('/api/sql', { statement: 'SELECT 1 AS one' });
    expect(rows.body).toMatchObject({ rows: [[1]] });
    expect(await loadedPackages(recordedFile, metafile)).toContain('@databricks/sql');
    const long = await gateway.post('/api/sql', { statement: `SELECT 2 AS two -- ${'long'.repeat(10_000)}` });
    expect(long.body).toMatchObject({ rows: [[2]] });
    const statement = await gateway.post('/api/sql/statements', { statement: 'SELECT 1 AS one', format: 'PARQUET' });
    expect(statement.status).toBe(202);
    const result = await gateway.get(`${statement.headers['location']}`, { prefer: 'wait=30' });
    expect(result.status).toBe(200);
  } finally {
    await rm(folder, { recursive: true });
  }
});
