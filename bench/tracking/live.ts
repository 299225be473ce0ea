import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { setDefaultCACertificates } from 'node:tls';
import { WorkspaceClient } from '@databricks/sdk-experimental';
import { startStack, type Stack } from '../../local/stack.ts';
import { Gateway } from '../../test/support/gateway.ts';
import { startCallbackClock } from '../callback-clock.ts';
import { knownRuns, requestCounts } from '../workspace-view.ts';
import { tracking, type TrackedRun, type Tracking } from './workload.ts';

/*
 * The same runs in real time: through the gateway of one stack, by the SDK's own waiter and by a fixed poll, each
 * against a workspace of its own so that the calls of one are not counted for another.
 */

const CLUSTER = '0101-000000-local00';
const destination = { username: 'databricks', password: 'benchmark' };

function task({ notebook, durationMs }: TrackedRun) {
  return {
    task_key: 'main',
    existing_cluster_id: CLUSTER,
    notebook_task: { notebook_path: notebook, base_parameters: { seconds: String(durationMs / 1_000) } },
  };
}

async function callsOf(gateway: Gateway): Promise<{ polls: number; calls: number }> {
  const operations = await requestCounts(gateway);
  const count = (name: string) => Object.values(operations[name] ?? {}).reduce((sum, each) => sum + each, 0);
  const polls = count('runs/get');
  return { polls, calls: polls + count('runs/submit') + count('runs/get-output') + count('runs/list') };
}

export type Push = 'none' | 'delivered' | 'lost';

/** Rounds of the same workload through one gateway; what one round has learned, the next one knows. */
export async function trackByGateway(
  rounds: readonly { name: string; runs: readonly TrackedRun[]; push: Push }[],
): Promise<Tracking[]> {
  using clock = await startCallbackClock();
  const push = rounds.some((round) => round.push !== 'none');
  await using stack = await startStack({
    env: {
      CALLBACK_ALLOWED_HOSTS: clock.host,
      ...(push
        ? {
            DATABRICKS_WEBHOOK_ID: 'c0ffee00-0000-4000-8000-000000000001',
            DATABRICKS_WEBHOOK_USERNAME: destination.username,
            DATABRICKS_WEBHOOK_PASSWORD: destination.password,
          }
        : {}),
    },
  });
  const gateway = new Gateway(stack);
  const results: Tracking[] = [];
  for (const { name, runs, push: how } of rounds) {
    if (how === 'none') await gateway.control('databricks', 'DELETE', 'webhooks');
    else {
      const webhook = { url: `${stack.url}/api/webhooks/databricks`, ...destination, drop: how === 'lost' };
      await gateway.control('databricks', 'POST', 'webhooks', webhook);
    }
    await gateway.control('databricks', 'DELETE', 'requests');
    const ids: string[] = [];
    for (const run of runs) {
      ids.push(await gateway.submit({ tasks: [task(run)], gateway: { notify: { callback_url: clock.url } } }));
      await sleep(50);
    }
    while (!ids.every((id) => clock.notifiedAtMs.has(id))) await sleep(250);
    const known = await knownRuns(gateway);
    const lags = ids.map((id) => {
      const run = known.find(({ idempotency_token: token }) => token?.startsWith(id) === true);
      return (clock.notifiedAtMs.get(id) ?? 0) - (run?.end_time ?? 0);
    });
    const { polls, calls } = await callsOf(gateway);
    results.push(tracking(name, polls, calls, lags));
  }
  return results;
}

/** The SDK's `submit(…).wait()` and its output, as a program without a gateway would do it. */
export async function trackBySdk(runs: readonly TrackedRun[]): Promise<Tracking> {
  await using stack = await startStack();
  const client = await workspaceClient(stack);
  const gateway = new Gateway(stack);
  await gateway.control('databricks', 'DELETE', 'requests');
  const seen = await inTurn(runs, async (run) => {
    const waiter = await client.jobs.submit({ tasks: [task(run)] });
    const ended = await waiter.wait();
    const seenMs = Date.now();
    await client.jobs.getRunOutput({ run_id: ended.tasks?.[0]?.run_id ?? 0 });
    return { runId: ended.run_id, seenMs };
  });
  return await measured('@databricks/sdk-experimental waiter', gateway, seen);
}

/** A read every 30 s. */
export async function trackByFixedPoll(runs: readonly TrackedRun[], intervalMs = 30_000): Promise<Tracking> {
  await using stack = await startStack();
  const client = await workspaceClient(stack);
  const gateway = new Gateway(stack);
  await gateway.control('databricks', 'DELETE', 'requests');
  const seen = await inTurn(runs, async (run) => {
    const { run_id: runId = 0 } = await client.jobs.submit({ tasks: [task(run)] });
    for (;;) {
      await sleep(intervalMs);
      const read = await client.jobs.getRun({ run_id: runId });
      if (read.state?.life_cycle_state !== 'TERMINATED') continue;
      const seenMs = Date.now();
      await client.jobs.getRunOutput({ run_id: read.tasks?.[0]?.run_id ?? 0 });
      return { runId, seenMs };
    }
  });
  return await measured('fixed 30 s', gateway, seen);
}

async function workspaceClient(stack: Stack): Promise<WorkspaceClient> {
  setDefaultCACertificates([await readFile(stack.caFile, 'utf8')]);
  const client = new WorkspaceClient({ host: stack.databricks.url, token: stack.databricks.token, authType: 'pat' });
  await client.config.ensureResolved();
  return client;
}

interface SeenEnd {
  runId: number | undefined;
  seenMs: number;
}

/** Starts one after the other, as the gateway's callers do, and waits for all. */
async function inTurn(runs: readonly TrackedRun[], wait: (run: TrackedRun) => Promise<SeenEnd>): Promise<SeenEnd[]> {
  const waiting: Promise<SeenEnd>[] = [];
  for (const run of runs) {
    waiting.push(wait(run));
    await sleep(50);
  }
  return Promise.all(waiting);
}

async function measured(name: string, gateway: Gateway, seen: readonly SeenEnd[]): Promise<Tracking> {
  const known = new Map((await knownRuns(gateway)).map((run) => [run.run_id, run.end_time]));
  const { polls, calls } = await callsOf(gateway);
  return tracking(
    name,
    polls,
    calls,
    seen.map(({ runId, seenMs }) => seenMs - (known.get(runId ?? 0) ?? 0)),
  );
}
