import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { callerWithoutRoles } from '../../src/shared/domain/caller.ts';
import { parseSubmitRequest } from '../../src/shared/http/run/run-request.ts';
import { acceptRun } from '../../src/shared/runs/accept/accept-run.ts';
import { followRun } from '../../src/shared/runs/watch/follow-run.ts';
import { EngineUnavailableError, type RunOrchestrations } from '../../src/shared/durable/run-orchestrations.ts';
import { requestRepair } from '../../src/shared/runs/accept/request-repair.ts';
import { submitRun } from '../../src/shared/runs/submit/submit-run.ts';
import { sweepRuns } from '../../src/shared/runs/sweep/sweep-runs.ts';
import { startFileStack, WEBHOOK_SETTINGS } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';
import { openInProcessGateway } from '../support/in-process-gateway.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Longer than any test: such a run ends when `endOf` says so. */
const LONG_SECONDS = 900;

// The sweeps of this file are its own, and so are the notifications of Databricks: none comes by itself.
const { stack, gateway } = await startFileStack({
  env: { 'AzureWebJobs.sweep-runs.Disabled': 'true', ...WEBHOOK_SETTINGS },
});
const soon = await openInProcessGateway(stack, { aheadMs: 2 * MINUTE, skipsWaits: true });

afterEach(() => gateway.control('databricks', 'DELETE', 'faults'));

/** Has every run at Databricks end that is longer than any test, with what comes after its task. */
async function endRuns(): Promise<void> {
  await gateway.control('databricks', 'POST', 'clock', { advance_seconds: LONG_SECONDS + 60 });
}

/** Has a run end at Databricks, and be read at once; returns its result document. */
// oxlint-disable-next-line typescript/no-explicit-any -- as in the gateway's documents
async function endOf(id: string): Promise<any> {
  await gateway.until(id, ({ run_id: runId }) => runId !== null);
  await endRuns();
  await readNow(id);
  return gateway.result(id);
}

/** Has a run read at once, in the place of waiting for that. */
async function readNow(id: string): Promise<void> {
  const stored = await soon.context.ledger.find(id);
  await soon.orchestrations.wake(stored!.record.instanceId, { reason: 'poll' });
}

/** The engine of a process that ends before it can start an orchestration. */
function dying(orchestrations: RunOrchestrations): RunOrchestrations {
  const start = () => Promise.reject(new EngineUnavailableError(new Error('The process has ended.')));
  return { ...orchestrations, start };
}

/** Accepts a run as a door does that dies before it has started the orchestration. */
async function acceptAndDie(body: Record<string, unknown>): Promise<string> {
  const { context, orchestrations } = await openInProcessGateway(stack);
  const parsed = parseSubmitRequest(body, context.config);
  const caller = callerWithoutRoles({ kind: 'anonymous', id: 'anonymous', name: 'anonymous' });
  const idempotencyKey = randomUUID();
  await acceptRun(context, dying(orchestrations), {
    parsed,
    caller,
    source: 'http',

    idempotencyKey,
  }).catch(() => undefined);
  const { runs } = await context.ledger.list({ limit: 1 });
  return runs[0]!.record.id;
}

it('adopts an accepted run whose orchestration was never started, once, although two sweeps come at once', async () => {
  const id = await acceptAndDie(simulated(0.1, { result: 'reattached' }));
  expect((await gateway.get(`/api/runs/${id}`)).body.status).toBe('queued');
  const { context: early, orchestrations } = await openInProcessGateway(stack);
  expect((await sweepRuns(early, orchestrations)).reattached).toBe(0);

  const reports = await Promise.all([
    sweepRuns(soon.context, soon.orchestrations),
    sweepRuns(soon.context, soon.orchestrations),
  ]);

  expect(reports.map(({ failed }) => failed)).toEqual([0, 0]);
  expect(reports[0].reattached + reports[1].reattached).toBeGreaterThanOrEqual(1);
  expect(await endOf(id)).toMatchObject({ outcome: 'succeeded', notebook_output: { result: 'reattached' } });
  expect(await gateway.databricksRuns(id)).toHaveLength(1);
});

it('leaves a run alone that somebody follows, and writes what it did', async () => {
  const id = await gateway.submit(simulated(LONG_SECONDS));
  await gateway.until(id, ({ run_id: runId }) => runId !== null);

  const report = await sweepRuns(soon.context, soon.orchestrations);

  expect(report).toMatchObject({ active: 1, reattached: 0, woken: 0, failed: 0 });
  expect(await soon.context.sweeps.latest()).toMatchObject({ startedAtMs: report.startedAtMs, active: 1 });
  expect((await endOf(id)).outcome).toBe('succeeded');
});

/** A run of a notebook of which too few are known to say when it should have ended. */
function untold() {
  const run = simulated(LONG_SECONDS);
  return { ...run, notebook_task: { ...run.notebook_task, notebook_path: `/Simulated/untold-${randomUUID()}` } };
}

/** Notifies the gateway, as Databricks does. */
async function notify(event: 'start' | 'success', runId: string | number): Promise<void> {
  const { DATABRICKS_WEBHOOK_USERNAME: username, DATABRICKS_WEBHOOK_PASSWORD: password } = WEBHOOK_SETTINGS;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const notification = { event_type: `jobs.on_${event}`, run: { run_id: runId } };
  const { status } = await gateway.post('/api/webhooks/databricks', notification, { authorization });
  expect(status).toBe(200);
}

/** Runs whose start has been told, and seen, and whose end will not be told by itself. */
async function submitUntold(count: number): Promise<{ id: string; run_id: string }[]> {
  const ids = await Promise.all(Array.from({ length: count }, () => gateway.submit(untold())));
  const runs = await Promise.all(ids.map((id) => gateway.until(id, ({ run_id: runId }) => runId !== null)));
  for (const { run_id: runId } of runs) await notify('start', runId);
  const isTold = async (id: string) => (await soon.context.ledger.find(id))?.record.hasNotifications;
  await expect.poll(() => Promise.all(ids.map((id) => isTold(id)))).toEqual(ids.map(() => true));
  // Once they have been seen at work, nobody reads them any more.
  await expect.poll(async () => (await soon.context.watchIndex.mark('default'))?.nextAtMs).toBeNull();
  return runs;
}

it('reads a run once, as soon as its end is told, whether its id is a string or a number', async () => {
  const [first, second] = (await submitUntold(2)) as [{ id: string; run_id: string }, { id: string; run_id: string }];
  await endRuns();
  expect((await gateway.get(`/api/runs/${first.id}`)).body.outcome).toBeNull();
  await gateway.control('databricks', 'DELETE', 'requests');

  // They would not have been read for minutes otherwise.
  await notify('success', first.run_id);
  await notify('success', Number(second.run_id));

  for (const { id } of [first, second]) expect((await gateway.result(id)).outcome).toBe('succeeded');
  expect(await gateway.operations('runs/get')).toEqual({ 200: 2 });
});

it('finds the ends that were never told by one list of the active runs', async () => {
  const runs = await submitUntold(3);
  await endRuns();
  const [long] = await submitUntold(1);
  const early = await openInProcessGateway(stack, { aheadMs: 10 * MINUTE });
  const later = await openInProcessGateway(stack, { aheadMs: 12 * MINUTE });
  await gateway.control('databricks', 'DELETE', 'requests');

  const first = await sweepRuns(early.context, early.orchestrations);
  const outcomes = await Promise.all(runs.map(async ({ id }) => (await gateway.result(id)).outcome));
  await sweepRuns(early.context, early.orchestrations);

  expect(first).toMatchObject({ active: 4, woken: 3, failed: 0 });
  expect(outcomes).toEqual(['succeeded', 'succeeded', 'succeeded']);
  expect(await gateway.operations('runs/get')).toEqual({ 200: 3 });
  expect(await gateway.operations('runs/list')).toEqual({ 200: 1 });
  // Notifications from before this process may have found nobody.
  expect((await sweepRuns(later.context, later.orchestrations)).woken).toBe(0);
  expect(await gateway.operations('runs/list')).toEqual({ 200: 2 });
  expect((await endOf(long!.id)).outcome).toBe('succeeded');
});

it('looks at each run whose check is due where the list cannot be read', async () => {
  const [run] = await submitUntold(1);
  await endRuns();
  const match = { operation: 'runs/list' };
  await gateway.control('databricks', 'POST', 'faults', { match, kind: 'status', status: 403 });
  const late = await openInProcessGateway(stack, { aheadMs: 30 * MINUTE });
  const before = await late.context.sweeps.latest();

  const { woken, listedAtMs } = await sweepRuns(late.context, late.orchestrations);

  expect(woken).toBe(1);
  expect(listedAtMs).toEqual(before?.listedAtMs ?? {});
  expect((await gateway.result(run!.id)).outcome).toBe('succeeded');
});

it('wakes the follower of a run that nobody has read for long, and of one that is overdue', async () => {
  const late = await openInProcessGateway(stack, { aheadMs: 20 * MINUTE });
  const id = await gateway.submit({ ...simulated(LONG_SECONDS), gateway: { deadline_seconds: 600 } });
  await gateway.until(id, ({ run_id: runId }) => runId !== null);

  const report = await sweepRuns(late.context, late.orchestrations);

  expect(report).toMatchObject({ woken: 1, reattached: 0 });
  expect((await endOf(id)).outcome).toBe('succeeded');
});

it('takes a run up again whose orchestration was lost, where it stood', async () => {
  const id = await gateway.submit(simulated(LONG_SECONDS, { result: 'found' }));
  await gateway.until(id, ({ run_id: runId }) => runId !== null);
  await loseOrchestration(id);

  const report = await sweepRuns(soon.context, soon.orchestrations);

  expect(report.reattached).toBe(1);
  expect(await endOf(id)).toMatchObject({ outcome: 'succeeded', notebook_output: { result: 'found' } });
  expect(await gateway.databricksRuns(id)).toHaveLength(1);
});

/** What a deleted task hub does to one run. */
async function loseOrchestration(id: string): Promise<void> {
  await soon.orchestrations.terminate(id, 'lost');
  await expect.poll(() => soon.orchestrations.status(id)).toBe('ended');
  await soon.orchestrations.purge(id);
  expect(await soon.orchestrations.status(id)).toBe('none');
}

it('replaces an orchestration that answers to nothing, and finds its run at Databricks again', async () => {
  const id = await gateway.submit(simulated(LONG_SECONDS, { result: 'found again' }));
  // The watcher writes what is new, which counts as a sign of life, and that is nothing from now until the end.
  await gateway.until(id, ({ status }) => status === 'running');
  await suspend(id);

  const reports = [];
  // A step that was under way may still have written after the first wake.
  for (const minutes of [20, 60, 100]) {
    const { context, orchestrations } = await openInProcessGateway(stack, { aheadMs: minutes * MINUTE });
    reports.push(await sweepRuns(context, orchestrations));
  }

  expect(reports[0]).toMatchObject({ woken: 1, replaced: 0 });
  expect(reports.map(({ replaced }) => replaced).filter(Boolean)).toEqual([1]);
  expect(await endOf(id)).toMatchObject({ outcome: 'succeeded', notebook_output: { result: 'found again' } });
  expect(await gateway.databricksRuns(id)).toHaveLength(1);

  const later = await openInProcessGateway(stack, { aheadMs: 120 * MINUTE });
  await expect.poll(() => later.orchestrations.status(`${id}.2`)).toBe('ended');
  expect((await sweepRuns(later.context, later.orchestrations)).histories).toBeGreaterThanOrEqual(1);
  expect(await Promise.all([id, `${id}.2`].map((instance) => later.orchestrations.status(instance)))).toEqual([
    'none',
    'none',
  ]);
  expect((await gateway.result(id)).outcome).toBe('succeeded');
});

/** What an orchestration is like that the engine calls alive and that does nothing. */
async function suspend(id: string): Promise<void> {
  const { systemKeys } = JSON.parse(await readFile(join(stack.dataDir, 'keys.json'), 'utf8'));
  const instance = `${stack.url}/runtime/webhooks/durabletask/instances/${id}`;
  const query = `taskHub=databricksgateway&connection=Storage&code=${systemKeys.durabletask_extension}`;
  expect((await fetch(`${instance}/suspend?reason=test&${query}`, { method: 'POST' })).status).toBe(202);
  await expect
    .poll(async () => (await fetch(`${instance}?${query}`)).json())
    .toMatchObject({ runtimeStatus: 'Suspended' });
}

it('takes up a repair whose orchestration was never started', async () => {
  const tasks = [{ task_key: 'bad', ...simulated(0.1, { result_state: 'FAILED' }) }];
  const id = await gateway.submit({ tasks });
  expect((await endOf(id)).outcome).toBe('failed');
  const much = await openInProcessGateway(stack, { aheadMs: 25 * MINUTE });
  expect((await sweepRuns(much.context, much.orchestrations)).active).toBe(0);
  const stored = (await much.context.ledger.find(id))!;

  const all = { text: '{"rerun_all_failed_tasks":true}', rerunTasks: [] };
  await requestRepair(much.context, dying(much.orchestrations), stored, all).catch(() => undefined);
  const report = await sweepRuns(much.context, much.orchestrations);

  expect(report).toMatchObject({ active: 1, reattached: 1 });
  expect(await endOf(id)).toMatchObject({ attempt: 2, outcome: 'failed' });
  expect((await sweepRuns(much.context, much.orchestrations)).active).toBe(0);
});

it('gives back a place that a lost orchestration held, once two sweeps have found it missing', async () => {
  await soon.orchestrations.signalAdmission('default', 'ask', {
    ticket: null,
    tasks: 7,
    kind: 'submit',
    instanceId: 'lost',
    run: { id: randomUUID(), createdAtMs: Date.now(), attempt: 1 },
    caller: { key: 'anonymous', activeLimit: null },
  });
  await expect.poll(async () => (await soon.orchestrations.admission('default'))?.active).toBeGreaterThanOrEqual(7);

  const later = await openInProcessGateway(stack, { aheadMs: 140 * MINUTE });
  const first = await sweepRuns(later.context, later.orchestrations);
  const [second] = await Promise.all([
    sweepRuns(later.context, later.orchestrations),
    sweepRuns(later.context, later.orchestrations),
  ]);

  expect(first.drift['default']?.active).toBeGreaterThanOrEqual(7);
  expect(second.drift['default']?.active).toBe(0);
  await expect.poll(async () => (await soon.orchestrations.admission('default'))?.active).toBe(0);
});

it('does not call a run canceled whose submit may have reached Databricks, although its row does not know the answer', async () => {
  const id = await acceptAndDie(simulated(LONG_SECONDS));
  const { context, orchestrations } = await openInProcessGateway(stack, { skipsWaits: true });
  const key = (await context.ledger.find(id))!.record;
  const input = { key, attempt: 1, notAfterMs: Date.now() + MINUTE, isOverdue: false, isEarly: false };
  const match = { operation: 'runs/submit' };
  await gateway.control('databricks', 'POST', 'faults', { match, kind: 'lost_response' });
  expect(await submitRun(context, input, orchestrations)).toEqual({ kind: 'unavailable', notBeforeMs: null });
  await gateway.control('databricks', 'DELETE', 'faults');
  expect((await gateway.get(`/api/runs/${id}`)).body.run_id).toBeNull();

  await gateway.send('DELETE', `/api/runs/${id}`);
  // As if the process had died with the answer, and the step were taken again.
  const settled = await submitRun(context, input, orchestrations);

  const made = await gateway.databricksRuns(id);
  expect(settled).toMatchObject({ kind: 'submitted', runId: String(made[0]!.run_id) });
  expect(made).toHaveLength(1);
  await sweepRuns(soon.context, soon.orchestrations);
  await readNow(id);
  await expect.poll(async () => (await gateway.databricksRuns(id))[0]?.result_state).toBe('CANCELED');
  expect((await endOf(id)).outcome).toBe('canceled');
});

it('says that a run is unreachable after a minute of failed readings, and no longer once it can be read', async () => {
  const id = await gateway.submit(simulated(LONG_SECONDS));
  const { run_id: runId } = await gateway.until(id, (document) => document.run_id !== null);
  const key = { id, createdAtMs: Date.parse((await gateway.get(`/api/runs/${id}`)).body.created_at) };
  await gateway.control('databricks', 'POST', 'faults', {
    match: { operation: 'runs/get' },
    kind: 'status',
    status: 503,
  });

  const { context: now } = await openInProcessGateway(stack, { skipsWaits: true });
  expect(await followRun(now, { key, runId })).toMatchObject({ kind: 'unreachable' });
  expect((await gateway.get(`/api/runs/${id}`)).body.unreachable_since).toBeNull();
  expect(await followRun(soon.context, { key, runId })).toMatchObject({ kind: 'unreachable' });
  const unreachable = (await gateway.get(`/api/runs/${id}`)).body;
  expect(Date.parse(unreachable.unreachable_since)).toBeLessThanOrEqual(Date.now());
  expect(['pending', 'running']).toContain(unreachable.status);

  await gateway.control('databricks', 'DELETE', 'faults');
  await readNow(id);
  const back = await gateway.until(id, ({ unreachable_since: since }) => since === null, 60_000);
  expect(back.outcome).toBeNull();
  expect((await endOf(id)).outcome).toBe('succeeded');
});

it('believes only Databricks itself that there is no such run, and no late reading of one that has ended', async () => {
  const id = await gateway.submit(simulated(LONG_SECONDS));
  const { run_id: runId } = await gateway.until(id, (document) => document.run_id !== null);
  const key = (await soon.context.ledger.find(id))!.record;
  const input = { key, runId };
  const answer = async (fault: Record<string, unknown>) => {
    await gateway.control('databricks', 'POST', 'faults', { match: { operation: 'runs/get' }, ...fault });
    const { kind } = await followRun(soon.context, input);
    await gateway.control('databricks', 'DELETE', 'faults');
    return kind;
  };

  expect(await answer({ kind: 'garbage' })).toBe('unreachable');
  expect(await answer({ kind: 'status', status: 404, error_code: 'RESOURCE_DOES_NOT_EXIST' })).toBe('missing');
  const { completed_at: completedAt } = await endOf(id);
  expect(await answer({ kind: 'status', status: 503 })).toBe('unreachable');

  expect((await gateway.get(`/api/runs/${id}`)).body).toMatchObject({
    status: 'completed',
    completed_at: completedAt,
    unreachable_since: null,
  });
});

it('keeps results that Databricks has long forgotten, and purges what is past retention', async () => {
  const id = await gateway.submit(simulated(0.1, { result: 'kept' }));
  const { run_id: runId } = await endOf(id);
  await gateway.control('databricks', 'POST', 'clock', { advance_seconds: 61 * 86_400 });
  const forgotten = await gateway.send(
    'GET',
    `${stack.databricks.url}/api/2.2/jobs/runs/get?run_id=${runId}`,
    undefined,
    {
      authorization: `Bearer ${stack.databricks.token}`,
    },
  );
  expect(forgotten.status).toBe(400);

  expect(await gateway.result(id)).toMatchObject({ outcome: 'succeeded', notebook_output: { result: 'kept' } });
  const later = await openInProcessGateway(stack, { aheadMs: 31 * DAY, env: { RUN_RETENTION_DAYS: '30' } });
  const { purged } = await sweepRuns(later.context, later.orchestrations);

  expect(purged).toBeGreaterThanOrEqual(1);
  expect((await gateway.get(`/api/runs/${id}`)).status).toBe(404);
  expect((await gateway.get(`/api/runs/${id}/result`)).status).toBe(404);
  expect(await later.orchestrations.status(id)).toBe('none');
  expect(await later.context.archive.keptOutputs({ id, attempt: 1 })).toEqual(new Set());
});

it('makes a run of its own for a key that is used again once its run was purged', async () => {
  const headers = { 'idempotency-key': 'daily-report' };
  const id = await gateway.submit(simulated(0.1, { result: 'old' }), headers);
  const first = await endOf(id);
  const { context, orchestrations } = await openInProcessGateway(stack, { aheadMs: 401 * 86_400_000 });
  await expect.poll(() => orchestrations.status(id)).toBe('ended');
  expect((await sweepRuns(context, orchestrations)).purged).toBeGreaterThanOrEqual(1);

  const again = await gateway.post('/api/runs', simulated(0.1, { result: 'new' }), headers);

  expect(again.headers['idempotency-replayed']).toBeUndefined();
  const second = await endOf(again.body.id);
  expect(second).toMatchObject({ outcome: 'succeeded', notebook_output: { result: 'new' } });
  expect(second.run_id).not.toBe(first.run_id);
});
