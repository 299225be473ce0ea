import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ALL_PURPOSE_CLUSTER_ID } from './databricks/clusters.ts';
import { interruption } from './interruption.ts';
import { ProgressLine } from './progress-line.ts';
import { untilHealthy } from './readiness.ts';
import { startStack } from './stack.ts';
import { textTable } from './text-table.ts';

const POLL_MS = 200;
const RUN_TIMEOUT_MS = 45_000;
const SQL_TIMEOUT_MS = 20_000;
const EXPECTED_RESULT = '{"status": "ok", "params": "test_key"}';
const STATEMENT = 'SELECT * FROM default.diamonds LIMIT 2';
const RUN_BODY = {
  run_name: 'Test_Run_postman',
  existing_cluster_id: ALL_PURPOSE_CLUSTER_ID,
  notebook_task: { notebook_path: '/Shared/test_notebook', base_parameters: { key: 'test_key' } },
  timeout_seconds: 30,
};

const runSchema = z.object({
  status: z.string(),
  outcome: z.string().nullish(),
  failure: z.object({ message: z.string().nullish() }).nullish(),
});
const resultSchema = runSchema.extend({ notebook_output: z.object({ result: z.string() }).nullish() });
const tableSchema = z.object({ columns: z.array(z.object({ name: z.string() })), rows: z.array(z.array(z.unknown())) });

/** Runs the notebook through the gateway; prints its states and its result line. */
async function runNotebook(gatewayUrl: string, signal: AbortSignal): Promise<void> {
  console.log(`\nPOST /api/runs  ${JSON.stringify(RUN_BODY)}`);
  const submitted = await request(`${gatewayUrl}/api/runs`, { method: 'POST', body: JSON.stringify(RUN_BODY), signal });
  const operation = submitted.headers.get('operation-location') ?? '';
  const location = submitted.headers.get('location') ?? '';
  if (submitted.status !== 202) throw new Error(`POST /api/runs answered ${submitted.status}: ${submitted.text}`);

  {
    using progress = new ProgressLine(process.stdout);
    let run = runSchema.parse(JSON.parse(submitted.text));
    progress.show(run.status);
    while (run.status !== 'completed') {
      await delay(POLL_MS, undefined, { signal });
      run = runSchema.parse(JSON.parse((await request(operation, { signal })).text));
      progress.show(run.outcome ? `${run.status}: ${run.outcome}` : run.status);
    }
  }
  const result = resultSchema.parse(JSON.parse((await request(location, { signal })).text));
  const notebookResult = result.notebook_output?.result;
  if (notebookResult === undefined)
    throw new Error(`The run ended ${result.outcome ?? 'unknown'}: ${result.failure?.message ?? 'no result'}`);
  console.log(notebookResult);
  if (notebookResult !== EXPECTED_RESULT) throw new Error(`The result should be ${EXPECTED_RESULT}`);
}

/** Runs the statement through the gateway; prints its rows as a table. */
async function runStatement(gatewayUrl: string, signal: AbortSignal): Promise<void> {
  console.log(`\nPOST /api/sql  ${JSON.stringify({ statement: STATEMENT })}`);
  const answer = await request(`${gatewayUrl}/api/sql`, {
    method: 'POST',
    body: JSON.stringify({ statement: STATEMENT }),
    signal,
  });
  if (answer.status !== 200) throw new Error(`POST /api/sql answered ${answer.status}: ${answer.text}`);
  const { columns, rows } = tableSchema.parse(JSON.parse(answer.text));
  const names = columns.map(({ name }) => name);
  console.log(textTable(names, rows));
  if (rows.length !== 2) throw new Error(`There should be 2 rows, not ${rows.length}.`);
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

async function request(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { headers: { 'content-type': 'application/json' }, ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function onWaiting(why: string): void {
  console.error(`waiting: ${why}`);
}

async function main(signal: AbortSignal): Promise<void> {
  console.log('Starting the local stack: identity, vault, storage, Databricks, functions host …');
  await using stack = await startStack({ signal, warmNotebooks: true, onWaiting });
  try {
    await untilHealthy(stack, signal, onWaiting);
    console.log(`The gateway is at ${stack.url}, the workspace at ${stack.databricks.url}`);
    await runNotebook(stack.url, AbortSignal.any([signal, AbortSignal.timeout(RUN_TIMEOUT_MS)]));
    await runStatement(stack.url, AbortSignal.any([signal, AbortSignal.timeout(SQL_TIMEOUT_MS)]));
  } catch (error) {
    if (!signal.aborted) console.error(`\n${stack.hostLog().slice(-4_000)}`);
    throw error;
  }
}

const signal = interruption();
try {
  await main(signal);
  console.log('\nBoth came out right.');
} catch (error) {
  console.error(`\n${signal.aborted || !(error instanceof Error) ? 'Stopped.' : error.message}`);
  process.exitCode = signal.aborted ? 130 : 1;
}
