import { request } from 'undici';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const RESULT_CHARS = 2_500_000;

const { stack, gateway } = await shareStack();

afterEach(() => gateway.control('storage', 'DELETE', 'faults'));

/** A run of two tasks whose results are too large to be held back, and of one that fails. */
async function largeRun(): Promise<string> {
  const large = JSON.stringify(['ü'.repeat(RESULT_CHARS)]);
  const id = await gateway.submit({
    tasks: [
      { task_key: 'one', ...simulated(0.1, { result: large }) },
      { task_key: 'two', ...simulated(0.1, { result: 'x'.repeat(RESULT_CHARS) }) },
      { task_key: 'bad', ...simulated(0.1, { result_state: 'FAILED', error: 'It broke.' }) },
    ],
  });
  await gateway.until(id, ({ status }) => status === 'completed', 60_000);
  return id;
}

let large: string;
beforeAll(async () => {
  large = await largeRun();
});

it('gives large results whole, with status 424 where an error was asked for', async () => {
  const id = large;

  const plain = await gateway.get(`/api/runs/${id}/result`);
  const failing = await gateway.get(`/api/runs/${id}/result?fail_on_error=true`);

  expect(plain.status).toBe(200);
  expect(plain.headers['content-type']).toBe('application/json');
  const [one, two, bad] = plain.body.tasks;
  expect(one.notebook_output.json[0]).toHaveLength(RESULT_CHARS);
  expect(two.notebook_output.result).toHaveLength(RESULT_CHARS);
  expect(bad).toMatchObject({ task_key: 'bad', outcome: 'failed', error: 'It broke.' });
  expect(failing.status).toBe(424);
  expect(failing.headers['content-type']).toBe('application/problem+json');
  expect(failing.body).toMatchObject({ title: 'Failed Dependency', status: 424, code: 'RUN_UNSUCCESSFUL' });
  expect(failing.body.request_id).toMatch(/./);
  expect(failing.body.result).toEqual(plain.body);
});

it('goes on answering others after a client left in the middle of a large result', async () => {
  const id = large;
  const { body } = await request(`${stack.url}/api/runs/${id}/result`);
  for await (const _chunk of body) break;

  const { status, body: result } = await gateway.get(`/api/runs/${id}/result`);

  expect(status).toBe(200);
  expect(result.tasks).toHaveLength(3);
});

it('answers 503 while the outputs cannot be read, and gives them when they can', async () => {
  const id = await gateway.submit(simulated(0.1, { result: 'kept' }));
  const { tasks } = await gateway.result(id);
  const match = { path: `/devstoreaccount1/gateway-runs/${id}/outputs-1/${tasks[0].run_id}.json` };
  await gateway.control('storage', 'POST', 'faults', { match, kind: 'status', status: 503 });

  const refused = await gateway.get(`/api/runs/${id}/result`);

  expect(refused.status).toBe(503);
  expect(refused.body.code).toBe('STORAGE_UNAVAILABLE');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  await gateway.control('storage', 'DELETE', 'faults');
  expect((await gateway.result(id)).notebook_output.result).toBe('kept');
});

it('keeps and shows no secret of the gateway that an answer of Databricks holds', async () => {
  const planted = `before ${stack.token} after`;
  const parameters = { result: planted, error: planted, error_trace: planted, state_message: planted };
  const id = await gateway.submit({ ...simulated(0.1, { ...parameters, result_state: 'FAILED' }) });
  const good = await gateway.submit({ ...simulated(0.1, { result: JSON.stringify({ planted }) }) });

  const failed = await gateway.result(id);
  const succeeded = await gateway.result(good);

  expect(failed.tasks[0].error).toBe('before [redacted] after');
  expect(succeeded.notebook_output.json).toEqual({ planted: 'before [redacted] after' });
  expect(JSON.stringify([failed, succeeded, (await gateway.get('/api/runs')).body])).not.toContain(stack.token);
});

it('shows no secret of the gateway in what a warehouse says of a statement', async () => {
  const statement = `SELECT \`${stack.token}\``;
  const direct = await gateway.post('/api/sql', { statement });
  const { body: accepted } = await gateway.post('/api/sql/statements', { statement });
  const ended = await gateway.get(`/api/sql/statements/${accepted.id}`, { prefer: 'wait=20' });

  expect(direct.status).toBe(422);
  expect(direct.body.detail).toContain('[redacted]');
  expect(ended.body.failure.message).toContain('[redacted]');
  expect(direct.text).not.toContain(stack.token);
  // The statement itself is the caller's own text.
  expect(JSON.stringify(ended.body.failure)).not.toContain(stack.token);
});

it('gives every iteration of a for-each task with its output, over all pages', async () => {
  const inputs = JSON.stringify(Array.from({ length: 105 }, (_, index) => index));
  const { existing_cluster_id: cluster, notebook_task: notebook } = simulated(0, { result: '{"n":{{input}}}' });
  const each = {
    task_key: 'each',
    for_each_task: {
      inputs,
      concurrency: 60,
      task: { task_key: 'one', existing_cluster_id: cluster, notebook_task: notebook },
    },
  };
  const id = await gateway.submit({ tasks: [each, { task_key: 'plain', ...simulated(0.1, { result: '"p"' }) }] });

  const { outcome, tasks } = await gateway.result(id);

  expect(outcome).toBe('succeeded');
  expect(tasks.map(({ task_key: key }: { task_key: string }) => key)).toEqual(['each', 'plain']);
  expect(tasks[1].notebook_output.json).toBe('p');
  // oxlint-disable-next-line typescript/no-explicit-any -- as in the gateway's documents
  const iterations: any[] = tasks[0].iterations;
  expect(iterations.map((iteration) => iteration.notebook_output.json.n)).toEqual(JSON.parse(inputs));
  expect(new Set(iterations.map((iteration) => iteration.run_id)).size).toBe(105);
  expect(iterations.every((iteration) => iteration.outcome === 'succeeded')).toBe(true);
});
