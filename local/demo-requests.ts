import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ALL_PURPOSE_CLUSTER_ID } from './databricks/clusters.ts';
import { ProgressLine } from './progress-line.ts';
import { textTable } from './text-table.ts';

const POLL_MS = 200;
const DEFAULT_COLUMNS = 120;
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
const resultSchema = runSchema.extend({
  notebook_output: z.object({ result: z.string().optional() }).nullish(),
  tasks: z.array(z.object({ task_key: z.string(), error: z.string().nullish() })).default([]),
});
const tableSchema = z.object({ columns: z.array(z.object({ name: z.string() })), rows: z.array(z.array(z.unknown())) });

/** The stack works, and what was asked of it came out otherwise than it should: the message says all. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}

/** Runs the notebook through the gateway; prints its states and its result line. @throws {DemoFailure} */
export async function runNotebook(gatewayUrl: string, signal: AbortSignal): Promise<void> {
  console.log(`\nPOST /api/runs\n${JSON.stringify(RUN_BODY, null, 2)}\n`);
  const submitted = await request(`${gatewayUrl}/api/runs`, { method: 'POST', body: JSON.stringify(RUN_BODY), signal });
  const operation = submitted.headers.get('operation-location') ?? '';
  const location = submitted.headers.get('location') ?? '';
  if (submitted.status !== 202) throw new DemoFailure(`POST /api/runs gave ${submitted.status}: ${submitted.text}`);

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
  if (result.outcome !== 'succeeded') throw new DemoFailure(failureOf(result));
  const notebookResult = result.notebook_output?.result ?? '';
  console.log(notebookResult);
  if (notebookResult !== EXPECTED_RESULT) throw new DemoFailure(`The result should be ${EXPECTED_RESULT}`);
}

function failureOf({ outcome, failure, tasks }: z.infer<typeof resultSchema>): string {
  const errors = tasks.flatMap(({ task_key: key, error }) => (error == null ? [] : [`${key}: ${error}`]));
  return [`The run ended as ${outcome ?? 'unknown'}: ${failure?.message ?? 'no reason is given'}`, ...errors].join(
    '\n',
  );
}

/** Runs the statement through the gateway; prints its rows as a table. @throws {DemoFailure} */
export async function runStatement(gatewayUrl: string, signal: AbortSignal): Promise<void> {
  console.log(`\nPOST /api/sql\n${STATEMENT}\n`);
  const response = await request(`${gatewayUrl}/api/sql`, {
    method: 'POST',
    body: JSON.stringify({ statement: STATEMENT }),
    signal,
  });
  if (response.status !== 200) throw new DemoFailure(`POST /api/sql gave ${response.status}: ${response.text}`);
  const { columns, rows } = tableSchema.parse(JSON.parse(response.text));
  const names = columns.map(({ name }) => name);
  console.log(textTable(names, rows, process.stdout.columns ?? DEFAULT_COLUMNS));
  if (rows.length !== 2) throw new DemoFailure(`There should be 2 rows, not ${rows.length}.`);
}

interface TextResponse {
  status: number;
  headers: Headers;
  text: string;
}

async function request(url: string, init: RequestInit): Promise<TextResponse> {
  const response = await fetch(url, { headers: { 'content-type': 'application/json' }, ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
