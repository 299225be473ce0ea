import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startDatabricks } from '../../local/databricks/databricks.ts';
import { openCertificateAuthority } from '../../local/emulator/certificate-authority.ts';
import { startFileStack } from '../support/file-stack.ts';
import { SEED, simulated } from '../support/gateway.ts';

const TOKEN = 'the-token-of-the-second-workspace';
/** More than a host has places for activities. */
const RUNS = 21;

/** What another server that speaks the Jobs API knows of a run. */
interface SparseRun {
  /** The digits of its id. */
  runId: string;
  page: string;
  output: { status: number; body: string };
  submitted?: Record<string, unknown>;
}
/** By the name that a run is submitted under. */
const sparseRuns = new Map<string, SparseRun>();

/** It says as little, and as odd things, as it may: the gateway must not lean on the emulator's ways. */
const sparse = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += String(chunk)));
  request.on('end', () => {
    const send = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://workspace');
    // Of a task, too, whose id stands on the page of its run.
    const idOf = `"run_id": ${searchParams.get('run_id')}`;
    const known = [...sparseRuns.values()].find(({ page }) => page.includes(idOf));
    if (request.headers.authorization !== 'Bearer another-token')
      send(403, '{"error_code":403,"message":"Invalid access token."}');
    else if (pathname.endsWith('/jobs/runs/submit')) {
      const submitted = JSON.parse(body) as Record<string, unknown>;
      const run = sparseRuns.get(String(submitted['run_name']))!;
      run.submitted = submitted;
      send(200, `{"run_id": ${run.runId}}`);
    } else if (pathname.endsWith('/jobs/runs/get')) send(200, known!.page);
    else if (pathname.endsWith('/jobs/runs/get-output')) send(known!.output.status, known!.output.body);
    else send(200, '{}');
  });
});
await new Promise<void>((resolve) => sparse.listen(0, '127.0.0.1', resolve));
const sparseHost = `http://127.0.0.1:${(sparse.address() as AddressInfo).port}`;

// The stack takes the certificate authority that it finds in its directory.
const dataDir = await mkdtemp(join(tmpdir(), 'gateway-workspaces-'));
const authority = await openCertificateAuthority(join(dataDir, 'certificate-authority'));
const certificate = await authority.issue(['localhost', '127.0.0.1']);
const second = await startDatabricks({ token: TOKEN, certificate, sqlWarehouse: false, warmNotebooks: false });
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  sparse.closeAllConnections();
  sparse.close();
  await rm(dataDir, { recursive: true });
});
const { stack, gateway } = await startFileStack({
  dataDir,
  env: {
    WORKSPACES: JSON.stringify([
      { name: 'second', host: second.url, token_secret: 'second-token' },
      { name: 'sparse', host: sparseHost, token_secret: 'sparse-token' },
    ]),
  },
  isNotified: true,
});
stack.vault.secrets.set('second-token', TOKEN);
stack.vault.secrets.set('sparse-token', 'another-token');

const inSecond = { gateway: { workspace: 'second' } };
const inSparse = { gateway: { workspace: 'sparse' } };

async function healthyWork(): Promise<void> {
  const ids = await Promise.all(Array.from({ length: 5 }, () => gateway.submit(simulated(0.2))));
  const stopped = await gateway.submit(simulated(600));
  const rows = await gateway.post('/api/sql', { statement: 'SELECT 1 AS one' });
  await gateway.until(stopped, ({ status }) => status === 'running', 20_000);
  await gateway.send('DELETE', `/api/runs/${stopped}`);
  const results = await Promise.all([...ids, stopped].map((id) => gateway.result(id, 20_000)));

  expect(rows).toMatchObject({ status: 200, body: { rows: [[1]] } });
  expect(results.map(({ outcome }) => outcome)).toEqual([...ids.map(() => 'succeeded'), 'canceled']);
}

it('runs in each workspace with its own credentials', async () => {
  const before = await gateway.operations('runs/submit');
  const { outcome, workspace } = await gateway.result(await gateway.submit({ ...simulated(0.1), ...inSecond }));

  expect([outcome, workspace]).toEqual(['succeeded', 'second']);
  expect(await gateway.operations('runs/submit')).toEqual(before);
});

const faults = `${second.url}/_emulator/faults`;
const control = { authorization: `Bearer ${TOKEN}` };

it.each([
  ['lets every request hang', { kind: 'reset', delay_seconds: 12 }],
  ['is down', { kind: 'status', status: 503 }],
])('keeps the runs and statements of a workspace going while another %s', async (_what, fault) => {
  await gateway.send('DELETE', faults, undefined, control);
  await gateway.send('POST', faults, { match: {}, ...fault }, control);
  await Promise.all(Array.from({ length: RUNS }, () => gateway.submit({ ...simulated(0.1), ...inSecond })));

  await healthyWork();
  expect((await gateway.get('/api/health')).body).toMatchObject({
    status: 'degraded',
    checks: { 'databricks:default': { status: 'ok' }, 'databricks:second': { status: 'degraded' } },
  });
});

it.concurrent('runs what has waited once the workspace responds again', async () => {
  const id = await gateway.submit({ ...simulated(0.1), ...inSecond });
  await gateway.send('DELETE', faults, undefined, control);

  expect((await gateway.result(id, 100_000)).outcome).toBe('succeeded');
});

it.concurrent('keeps 64-bit ids whole, and takes words it has never heard for what they are', async () => {
  const [runId, taskRunId] = ['1152921504606846977', '1152921504606846979'];
  const known: SparseRun = {
    runId,
    page: `{"run_id": ${runId}, "job_id": 9223372036854775807, "from_tomorrow": {"a": [1]},
      "status": {"state": "TERMINATED", "termination_details": {"code": "SUCCESS", "type": "SUCCESS"}},
      "state": {"life_cycle_state": "TERMINATED_SOMEHOW", "result_state": "SUCCESS"},
      "tasks": [{"task_key": "anything", "run_id": ${taskRunId}, "status": {"state": "TERMINATED",
        "termination_details": {"code": "SUCCESS"}}, "state": {"result_state": "SUCCESS"}, "compute_of_tomorrow": true}]}`,
    output: {
      status: 200,
      body: '{"metadata": {}, "notebook_output": {"result": "{\\"id\\": 9007199254740993}"}, "gen_ai_output": 1}',
    },
  };
  sparseRuns.set('words of tomorrow', known);

  const request = { ...SEED, run_name: 'words of tomorrow' };
  const id = await gateway.submit({ ...request, ...inSparse, idempotency_token: 'mine' });
  const result = await gateway.result(id);

  expect(result).toMatchObject({ outcome: 'succeeded', run_id: runId, job_id: '9223372036854775807' });
  expect(result.tasks[0]).toMatchObject({ run_id: taskRunId, gen_ai_output: 1 });
  expect((await gateway.get(`/api/runs/${id}/result`)).text).toContain('"json":{"id":9007199254740993}');
  expect(known.submitted).toEqual({ ...request, idempotency_token: expect.stringMatching(/^[\w-]{1,64}$/) });
});

it.concurrent('reads the output of a run that lists no tasks by its own id', async () => {
  const runId = '1152921504606846981';
  sparseRuns.set('no tasks', {
    runId,
    page: `{"run_id": ${runId}, "state": {"life_cycle_state": "TERMINATED", "result_state": "SUCCESS", "state_message": ""}}`,
    output: { status: 200, body: '{"notebook_output": {"result": "plain", "truncated": true}}' },
  });

  const result = await gateway.result(await gateway.submit({ ...SEED, run_name: 'no tasks', ...inSparse }));

  expect(result.notebook_output).toEqual({ result: 'plain', truncated: true });
  expect(result.tasks).toHaveLength(1);
});

it.concurrent('ends a run whose output cannot be had with its outcome, and says why', async () => {
  const [runId, taskRunId] = ['1152921504606846983', '1152921504606846985'];
  sparseRuns.set('no output', {
    runId,
    page: `{"run_id": ${runId}, "state": {"life_cycle_state": "INTERNAL_ERROR", "result_state": "FAILED", "state_message": "boom"},
      "tasks": [{"task_key": "t", "run_id": ${taskRunId}, "state": {"life_cycle_state": "TERMINATED", "result_state": "FAILED"}}]}`,
    output: { status: 400, body: '{"error_code": "INVALID_PARAMETER_VALUE", "message": "Run output is gone."}' },
  });

  const result = await gateway.result(await gateway.submit({ ...SEED, run_name: 'no output', ...inSparse }));

  expect(result).toMatchObject({ outcome: 'failed', failure: { class: 'user_code' } });
  expect(result.tasks[0].output_error).toEqual({
    status: 400,
    code: 'INVALID_PARAMETER_VALUE',
    message: 'Run output is gone.',
  });
});
