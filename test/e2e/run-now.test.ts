import { expect, it } from 'vitest';
import { callerWithoutRoles } from '../../src/shared/domain/caller.ts';
import type { JobCheck } from '../../src/shared/domain/job-check.ts';
import { parseRunNowRequest } from '../../src/shared/http/run/run-request.ts';
import { acceptRun } from '../../src/shared/runs/accept/accept-run.ts';
import { shareStack } from '../support/file-stack.ts';
import { simulated, type Answer } from '../support/gateway.ts';
import { openInProcessGateway } from '../support/in-process-gateway.ts';

const { stack, gateway } = await shareStack();

async function databricks(path: string, body: unknown): Promise<Answer> {
  return gateway.send('POST', `${stack.databricks.url}/api/2.2/jobs/${path}`, body, {
    authorization: `Bearer ${stack.databricks.token}`,
  });
}

async function createJob(name: string, parameters: Record<string, string> = {}): Promise<string> {
  const tasks = [{ task_key: 'only', ...simulated(0.3, parameters) }];
  const { body } = await databricks('create', { name, tasks });
  return String(body.job_id);
}

it.concurrent('runs a saved job by its id, and gives its result back', async () => {
  const job = await createJob('by-id', { result: 'from the job' });

  const accepted = await gateway.post(`/api/jobs/${job}/runs`, { gateway: { labels: { team: 'a' } } });

  expect(accepted.status).toBe(202);
  expect(accepted.headers['location']).toBe(`${stack.url}/api/runs/${accepted.body.id}/result`);
  const result = await gateway.result(accepted.body.id);
  expect(result).toMatchObject({ outcome: 'succeeded', job_id: job, labels: { team: 'a' } });
  expect(result.tasks[0]).toMatchObject({ task_key: 'only', notebook_output: { result: 'from the job' } });
});

it.concurrent('runs a saved job by its id with zeros before it, with no body at all, and says what it ran on', async () => {
  const job = await createJob('zeros');

  const accepted = await gateway.send('POST', `/api/jobs/00${job}/runs`);

  expect(accepted.body).toMatchObject({ job_id: job, compute: null });
  expect(await gateway.result(accepted.body.id)).toMatchObject({
    outcome: 'succeeded',
    job_id: job,
    compute: 'existing_cluster',
  });
});

it.concurrent('runs a saved job by its name, with the parameters of the request', async () => {
  const job = await createJob('nightly load', { result: 'default' });

  const path = `/api/jobs/${encodeURIComponent('nightly load')}/runs`;
  const accepted = await gateway.post(path, { notebook_params: { result: 'of this request' } });

  const result = await gateway.result(accepted.body.id);
  expect(result).toMatchObject({ outcome: 'succeeded', job_id: job });
  expect(result.tasks[0].notebook_output.result).toBe('of this request');
});

it.concurrent('accepts a name that no job has, and one that two have, and says in the outcome what is wrong', async () => {
  await createJob('twice');
  await createJob('twice');

  const unknown = await gateway.post('/api/jobs/nobody-has-this-name/runs', {});
  const ambiguous = await gateway.post('/api/jobs/twice/runs', {});
  const unknownIds = await Promise.all(
    ['99999999999', '000', '99999999999999999999999'].map((id) => gateway.post(`/api/jobs/${id}/runs`, {})),
  );

  expect([unknown, ambiguous, ...unknownIds].map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
  expect(await gateway.result(unknown.body.id)).toMatchObject({
    outcome: 'rejected',
    failure: { class: 'configuration', code: 'JOB_NOT_FOUND' },
  });
  expect(await gateway.result(ambiguous.body.id)).toMatchObject({
    outcome: 'rejected',
    failure: { class: 'configuration', code: 'JOB_NAME_AMBIGUOUS' },
  });
  for (const { body } of unknownIds) expect(await gateway.result(body.id)).toMatchObject({ outcome: 'rejected' });
});

it('rejects what cannot be made into a request for Databricks, instead of trying for ever', async () => {
  const { context, orchestrations } = await openInProcessGateway(stack);
  const parsed = parseRunNowRequest({}, { id: '7' }, context.config);
  parsed.request.target = { kind: 'run_now', job: { id: '007' } };
  const caller = callerWithoutRoles({ kind: 'anonymous', id: 'anonymous', name: 'anonymous' });

  const { stored } = await acceptRun(context, orchestrations, {
    parsed,
    caller,
    source: 'http',
    idempotencyKey: undefined,
  });

  expect(await gateway.result(stored.record.id)).toMatchObject({
    outcome: 'rejected',
    failure: { class: 'configuration', code: 'UNUSABLE_REQUEST' },
  });
});

it('asks about the id of a job that a name has been found to mean', async () => {
  const { context, orchestrations } = await openInProcessGateway(stack);
  const id = await createJob('payroll');
  const caller = callerWithoutRoles({ kind: 'anonymous', id: 'anonymous', name: 'anonymous' });
  const endOf = async (job: JobCheck) => {
    const parsed = parseRunNowRequest({}, { name: 'payroll' }, context.config);
    const asked = { parsed, caller, source: 'http', rule: 'ids', job, idempotencyKey: undefined } as const;
    const { stored } = await acceptRun(context, orchestrations, asked);
    return gateway.result(stored.record.id);
  };
  const refused = { outcome: 'rejected', run_id: null, failure: { class: 'permission', code: 'POLICY_REFUSED' } };

  expect(await endOf({ permitted: ['1'], forbidden: [] })).toMatchObject(refused);
  expect(await endOf({ permitted: null, forbidden: [id] })).toMatchObject(refused);
  expect(await endOf({ permitted: [id], forbidden: ['1'] })).toMatchObject({ outcome: 'succeeded', job_id: id });
});

it('leaves a run as it ended when a repair names tasks that it does not have', async () => {
  const id = await gateway.submit({ tasks: [{ task_key: 'bad', ...simulated(0.1, { result_state: 'FAILED' }) }] });
  const ended = await gateway.result(id);

  const answer = await gateway.post(`/api/runs/${id}/repair`, { rerun_tasks: ['bad', 'zzz'] });

  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ code: 'UNKNOWN_TASK', detail: 'The run has no task zzz.' });
  expect(await gateway.result(id)).toEqual(ended);
});

it.concurrent('repairs the failed tasks of a run on the same id, and a second time after that', async () => {
  const id = await gateway.submit({
    tasks: [
      { task_key: 'good', ...simulated(0.1, { result: 'kept' }) },
      { task_key: 'bad', depends_on: [{ task_key: 'good' }], ...simulated(0.1, { result_state: 'FAILED' }) },
      { task_key: 'after', depends_on: [{ task_key: 'bad' }], ...simulated(0.1) },
    ],
    gateway: { retry: { max_attempts: 1 } },
  });
  const first = await gateway.result(id);
  expect(first).toMatchObject({ outcome: 'failed', attempt: 1 });

  const accepted = await gateway.post(`/api/runs/${id}/repair`, { rerun_all_failed_tasks: true });
  expect(accepted.status).toBe(202);
  expect(accepted.body).toMatchObject({ id, attempt: 2, outcome: null });
  expect(accepted.headers['location']).toBe(`${stack.url}/api/runs/${id}/result`);
  const second = await gateway.result(id);
  const again = await gateway.post(`/api/runs/${id}/repair`, { rerun_tasks: ['bad'] });
  expect(again.status).toBe(202);
  const third = await gateway.result(id);

  expect(second).toMatchObject({ outcome: 'failed', attempt: 2, run_id: first.run_id });
  expect(third).toMatchObject({ outcome: 'failed', attempt: 3, run_id: first.run_id });
  expect(second.latest_repair_id).toMatch(/^\d+$/);
  expect(third.latest_repair_id).not.toBe(second.latest_repair_id);
  expect(second.tasks[0]).toMatchObject({ task_key: 'good', outcome: 'succeeded', run_id: first.tasks[0].run_id });
  expect(second.tasks[0].notebook_output.result).toBe('kept');
  expect(second.tasks[1].run_id).not.toBe(first.tasks[1].run_id);
  const known = (await gateway.control('databricks', 'GET', `runs/${first.run_id}`)).body;
  expect(known.tasks.filter(({ task_key: key }: { task_key: string }) => key === 'bad')).toHaveLength(3);
});

it.concurrent('tries a repair that fails on the platform again as a repair, with attempts of its own', async () => {
  const id = await gateway.submit({
    tasks: [
      { task_key: 'good', ...simulated(0.1) },
      { task_key: 'bad', depends_on: [{ task_key: 'good' }], ...simulated(0.1, { result_state: 'INTERNAL_ERROR' }) },
    ],
    gateway: { retry: { max_attempts: 2, backoff_seconds: 0 } },
  });
  const before = await gateway.result(id);
  expect(before).toMatchObject({ outcome: 'failed', attempt: 2 });

  await gateway.post(`/api/runs/${id}/repair`, { rerun_tasks: ['bad'] });

  const after = await gateway.result(id);
  expect(after).toMatchObject({ outcome: 'failed', attempt: 4, max_attempts: 4, run_id: before.run_id });
  const known = (await gateway.control('databricks', 'GET', `runs/${before.run_id}`)).body;
  const keys = known.tasks.map(({ task_key: key }: { task_key: string }) => key);
  expect(keys.toSorted()).toEqual(['bad', 'bad', 'bad', 'good']);
});

it.concurrent('repairs neither a run that is active, nor one that has succeeded, nor one that never reached Databricks', async () => {
  const active = await gateway.submit(simulated(20));
  const succeeded = await gateway.submit(simulated(0.1));
  const { body: rejected } = await gateway.post('/api/jobs/no-such-job/runs', {});
  await gateway.result(succeeded);
  await gateway.result(rejected.id);

  for (const id of [active, succeeded, rejected.id]) {
    const answer = await gateway.post(`/api/runs/${id}/repair`, {});
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('NOT_REPAIRABLE');
  }
  await gateway.send('DELETE', `/api/runs/${active}`);
  const unknown = await gateway.post('/api/runs/0123456789abcdef0123456789abcdef/repair', {});
  expect(unknown.status).toBe(404);
});

it.concurrent('lets one of two repairs at once through', async () => {
  const id = await gateway.submit({
    tasks: [{ task_key: 'bad', ...simulated(0.1, { result_state: 'FAILED' }) }],
  });
  await gateway.result(id);

  const answers = await Promise.all([1, 2].map(() => gateway.post(`/api/runs/${id}/repair`, {})));

  expect(answers.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([202, 409]);
  expect(await gateway.result(id)).toMatchObject({ attempt: 2 });
});

it('repairs a run that somebody has repaired at Databricks meanwhile', async () => {
  const id = await gateway.submit({
    tasks: [{ task_key: 'bad', ...simulated(0.1, { result_state: 'FAILED' }) }],
  });
  const { run_id: runId } = await gateway.result(id);
  const elsewhere = await databricks('runs/repair', { run_id: Number(runId), rerun_all_failed_tasks: true });
  expect(elsewhere.status).toBe(200);
  const known = async () => (await gateway.control('databricks', 'GET', `runs/${runId}`)).body;
  await expect.poll(async () => (await known()).end_time).toBeGreaterThan(0);

  // Nothing at all says: whatever has failed.
  await gateway.send('POST', `/api/runs/${id}/repair`);
  const { attempt, outcome, latest_repair_id: repairId } = await gateway.result(id);

  expect({ attempt, outcome }).toEqual({ attempt: 2, outcome: 'failed' });
  expect((await known()).tasks).toHaveLength(3);
  expect(repairId).not.toBe(String(elsewhere.body.repair_id));
});

it('refuses a repair that is larger than any that Databricks takes', async () => {
  const answer = await gateway.post('/api/runs/0123456789abcdef0123456789abcdef/repair', {
    job_parameters: { large: 'x'.repeat(300_000) },
  });

  expect(answer.status).toBe(413);
});

it('makes one run of a run-now whose answer was lost', async () => {
  const job = await createJob('lost answer');
  await gateway.control('databricks', 'POST', 'faults', {
    match: { operation: 'run-now' },
    kind: 'lost_response',
    times: 1,
  });

  const { body } = await gateway.post(`/api/jobs/${job}/runs`, {});

  expect((await gateway.result(body.id)).outcome).toBe('succeeded');
  expect(await gateway.databricksRuns(body.id)).toHaveLength(1);
});

it('makes one repair of one whose answer was lost', async () => {
  const id = await gateway.submit({
    tasks: [{ task_key: 'bad', ...simulated(0.1, { result_state: 'FAILED' }) }],
  });
  const { run_id: runId } = await gateway.result(id);
  await gateway.control('databricks', 'POST', 'faults', {
    match: { operation: 'runs/repair' },
    kind: 'lost_response',
    times: 1,
  });

  await gateway.post(`/api/runs/${id}/repair`, {});

  expect(await gateway.result(id)).toMatchObject({ outcome: 'failed', attempt: 2 });
  const known = (await gateway.control('databricks', 'GET', `runs/${runId}`)).body;
  expect(known.tasks).toHaveLength(2);
});
