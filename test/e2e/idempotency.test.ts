import { expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const { gateway } = await shareStack();

it('makes one run of 20 requests with one key at once, and answers all of them alike', async () => {
  const headers = { 'idempotency-key': 'by every door at once' };

  const answers = await Promise.all(
    Array.from({ length: 20 }, () => gateway.post('/api/runs', simulated(0.5), headers)),
  );

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(new Set(answers.map(({ headers: { location } }) => location)).size).toBe(1);
  expect(answers.filter((answer) => answer.headers['idempotency-replayed'] === undefined)).toHaveLength(1);
  expect((await gateway.result(answers[0]!.body.id)).outcome).toBe('succeeded');
  expect(await gateway.databricksRuns(answers[0]!.body.id)).toHaveLength(1);
});

it('takes a request that spells defaults out for the same', async () => {
  const headers = { 'idempotency-key': 'defaults' };
  const id = await gateway.submit(simulated(0.1), headers);

  const spelled = { ...simulated(0.1), gateway: { workspace: 'default' } };

  expect((await gateway.post('/api/runs', spelled, headers)).body.id).toBe(id);
});

it('refuses the same key with another body', async () => {
  const headers = { 'idempotency-key': 'one key' };
  await gateway.submit(simulated(0.1), headers);

  const other = await gateway.post('/api/runs', simulated(0.2), headers);

  expect(other.status).toBe(409);
  expect(other.body).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', status: 409 });
});

it('takes the same body for the same, whatever the order of its keys', async () => {
  const headers = { 'idempotency-key': 'order' };
  const { existing_cluster_id: cluster, notebook_task: notebook } = simulated(0.1);
  const id = await gateway.submit({ existing_cluster_id: cluster, notebook_task: notebook }, headers);

  const replay = await gateway.post('/api/runs', { notebook_task: notebook, existing_cluster_id: cluster }, headers);

  expect(replay.body.id).toBe(id);
});

it('takes the key from the body or the header, and refuses two that differ', async () => {
  const id = await gateway.submit({ ...simulated(0.1), idempotency_token: 'the-key' });

  const byHeader = await gateway.post('/api/runs', simulated(0.1), { 'idempotency-key': 'the-key' });
  const differing = { ...simulated(0.1), idempotency_token: 'the-key' };
  const both = await gateway.post('/api/runs', differing, { 'idempotency-key': 'another' });

  expect(byHeader.body.id).toBe(id);
  expect(both.status).toBe(400);
});

it('keeps keys of a submit and of a run-now apart', async () => {
  const headers = { 'idempotency-key': 'two doors' };
  await gateway.submit(simulated(0.1), headers);

  expect((await gateway.post('/api/jobs/12345/runs', simulated(0.1), headers)).status).toBe(409);
});

it('gives Databricks a token of at most 64 characters, another for each attempt', async () => {
  const id = await gateway.submit({
    ...simulated(0.1, { result_state: 'INTERNAL_ERROR' }),
    gateway: { retry: { max_attempts: 2, backoff_seconds: 0 } },
  });
  await gateway.result(id);

  const tokens = (await gateway.databricksRuns(id)).map(({ idempotency_token: token }) => token);
  expect(tokens).toHaveLength(2);
  expect(new Set(tokens).size).toBe(2);
  expect(Math.max(...tokens.map((token) => token.length))).toBeLessThanOrEqual(64);
});

async function failNextSubmits(...faults: Record<string, unknown>[]): Promise<void> {
  for (const fault of faults)
    await gateway.control('databricks', 'POST', 'faults', { match: { operation: 'runs/submit' }, times: 1, ...fault });
}

it.each([
  ['a lock', { status: 400, error_code: 'COULD_NOT_ACQUIRE_LOCK', times: 3 }],
  ['a conflict', { status: 409, error_code: 'ABORTED', times: 3 }],
  ['a refusal that is taken back', { status: 400, error_code: 'INVALID_PARAMETER_VALUE' }],
  ['a missing right', { status: 403, error_code: 'PERMISSION_DENIED', times: 2 }],
])('follows the run that a lost answer told of, although %s came after it', async (_name, answer) => {
  await failNextSubmits({ kind: 'lost_response' }, { kind: 'status', ...answer });

  const result = await gateway.result(await gateway.submit(simulated(0.1)));

  expect(result).toMatchObject({ outcome: 'succeeded', run_id: expect.any(String) });
  expect((await gateway.databricksRuns(result.id)).map(({ run_id: runId }) => String(runId))).toEqual([result.run_id]);
});

it('waits for locks, however many come in a row', async () => {
  await failNextSubmits({ kind: 'status', status: 400, error_code: 'COULD_NOT_ACQUIRE_LOCK', times: 6 });

  expect((await gateway.result(await gateway.submit(simulated(0.1)))).outcome).toBe('succeeded');
});
