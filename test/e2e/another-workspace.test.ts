import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { startFileStack } from '../support/file-stack.ts';
import { SEED } from '../support/gateway.ts';

/** Another server that speaks the Jobs API, as sparsely and as oddly as it may: the gateway must not lean on the emulator's ways. */
const RUN_ID = '1152921504606846977';
const TASK_RUN_ID = '1152921504606846979';

let submitted: Record<string, unknown>[] = [];
let run: string;
let output: { status: number; body: string };

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += String(chunk)));
  request.on('end', () => {
    const send = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    const url = new URL(request.url ?? '/', 'http://workspace');
    if (request.headers.authorization !== 'Bearer another-token')
      send(403, '{"error_code":403,"message":"Invalid access token."}');
    else if (url.pathname.endsWith('/jobs/runs/submit')) {
      submitted.push(JSON.parse(body));
      send(200, `{"run_id": ${RUN_ID}}`);
    } else if (url.pathname.endsWith('/jobs/runs/get')) send(200, run);
    else if (url.pathname.endsWith('/jobs/runs/get-output')) send(output.status, output.body);
    else send(200, '{}');
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const { gateway } = await startFileStack({
  environment: { ...process.env, DATABRICKS_HOST: host, DATABRICKS_TOKEN: 'another-token' },
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('keeps 64-bit ids whole, and takes words it has never heard for what they are', async () => {
  submitted = [];
  run = `{"run_id": ${RUN_ID}, "job_id": 9223372036854775807, "from_tomorrow": {"a": [1]},
    "status": {"state": "TERMINATED", "termination_details": {"code": "SUCCESS", "type": "SUCCESS"}},
    "state": {"life_cycle_state": "TERMINATED_SOMEHOW", "result_state": "SUCCESS"},
    "tasks": [{"task_key": "anything", "run_id": ${TASK_RUN_ID}, "status": {"state": "TERMINATED",
      "termination_details": {"code": "SUCCESS"}}, "state": {"result_state": "SUCCESS"}, "compute_of_tomorrow": true}]}`;
  output = {
    status: 200,
    body: '{"metadata": {}, "notebook_output": {"result": "{\\"id\\": 9007199254740993}"}, "gen_ai_output": 1}',
  };

  const id = await gateway.submit({ ...SEED, idempotency_token: 'mine' });
  const result = await gateway.result(id);

  expect(result).toMatchObject({ outcome: 'succeeded', run_id: RUN_ID, job_id: '9223372036854775807' });
  expect(result.tasks[0]).toMatchObject({ run_id: TASK_RUN_ID, gen_ai_output: 1 });
  expect((await gateway.get(`/api/runs/${id}/result`)).text).toContain('"json":{"id":9007199254740993}');
  expect(submitted[0]).toEqual({ ...SEED, idempotency_token: expect.stringMatching(/^[\w-]{1,64}$/) });
});

it('reads the output of a run that lists no tasks by its own id', async () => {
  run = `{"run_id": ${RUN_ID}, "state": {"life_cycle_state": "TERMINATED", "result_state": "SUCCESS", "state_message": ""}}`;
  output = { status: 200, body: '{"notebook_output": {"result": "plain", "truncated": true}}' };

  const result = await gateway.result(await gateway.submit(SEED));

  expect(result.notebook_output).toEqual({ result: 'plain', truncated: true });
  expect(result.tasks).toHaveLength(1);
});

it('ends a run whose output cannot be had with its outcome, and says why', async () => {
  run = `{"run_id": ${RUN_ID}, "state": {"life_cycle_state": "INTERNAL_ERROR", "result_state": "FAILED", "state_message": "boom"},
    "tasks": [{"task_key": "t", "run_id": ${TASK_RUN_ID}, "state": {"life_cycle_state": "TERMINATED", "result_state": "FAILED"}}]}`;
  output = { status: 400, body: '{"error_code": "INVALID_PARAMETER_VALUE", "message": "Run output is gone."}' };

  const result = await gateway.result(await gateway.submit(SEED));

  expect(result).toMatchObject({ outcome: 'failed', failure: { class: 'user_code' } });
  expect(result.tasks[0].output_error).toEqual({
    status: 400,
    code: 'INVALID_PARAMETER_VALUE',
    message: 'Run output is gone.',
  });
});
