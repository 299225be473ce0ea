import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { startStack, type StackOptions } from '../../local/stack.ts';
import { Gateway, simulated } from '../../test/support/gateway.ts';

/** How runs are submitted. */
export interface SubmitsOptions {
  /** Submits a second, sent at their time whether earlier ones have been answered or not. */
  perSecond: number;
  seconds: number;
  /** Has the last word on the environment of the functions host. */
  env?: StackOptions['env'];
}

/** What came of them; times run from when a submit was due to the end of its response. */
export interface SubmitsReport {
  accepted: number;
  /** Responses other than 202, and requests without any. */
  failed: number;
  /** Accepted from the first submit to the last response. */
  acceptedPerSecond: number;
  medianMs: number;
  p99Ms: number;
  maxMs: number;
  /** Requests to storage while one run after the other was submitted of which nothing is followed, a submit. */
  storageRequests: number;
}

const TICK_MS = 10;
const WARM_UP = 200;
const ALONE = 50;
/** A creation an hour: what is accepted waits, so that submits are measured and not the following of runs. */
const NO_CREATIONS = { DATABRICKS_CREATIONS_PER_HOUR: '1' };

/** Submits runs to a stack of its own at a steady rate. */
export async function runSubmits({ perSecond, seconds, env = {} }: SubmitsOptions): Promise<SubmitsReport> {
  await using stack = await startStack({ env: { ...NO_CREATIONS, ...env } });
  const gateway = new Gateway(stack);
  const agent = new Agent({ connections: null, pipelining: 1 });
  const body = JSON.stringify(simulated(5));
  const submit = async () => {
    const { statusCode, body: response } = await request(`${stack.url}/api/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      dispatcher: agent,
    });
    await response.dump();
    return statusCode;
  };
  for (let count = 0; count < WARM_UP; count++) await submit();
  const storageRequests = await requestsEach(gateway, submit);
  const report = await atRate(submit, perSecond, seconds);
  await agent.close();
  return { ...report, storageRequests };
}

async function requestsEach(gateway: Gateway, submit: () => Promise<unknown>): Promise<number> {
  const total = async () => ((await gateway.control('storage', 'GET', 'requests')).body as { total: number }).total;
  const before = await total();
  for (let count = 0; count < ALONE; count++) await submit();
  return ((await total()) - before) / ALONE;
}

async function atRate(
  submit: () => Promise<number>,
  perSecond: number,
  seconds: number,
): Promise<Omit<SubmitsReport, 'storageRequests'>> {
  const timesMs: number[] = [];
  const pending: Promise<void>[] = [];
  let failed = 0;
  const startedMs = performance.now();
  const one = async (dueMs: number) => {
    const status = await submit().catch(() => 0);
    if (status === 202) timesMs.push(performance.now() - dueMs);
    else failed++;
  };
  for (let sent = 0; sent < perSecond * seconds; await sleep(TICK_MS)) {
    const due = Math.min(((performance.now() - startedMs) / 1_000) * perSecond, perSecond * seconds);
    for (; sent < due; sent++) pending.push(one(startedMs + (sent / perSecond) * 1_000));
  }
  await Promise.all(pending);
  const elapsedSeconds = (performance.now() - startedMs) / 1_000;
  const sorted = timesMs.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return {
    accepted: sorted.length,
    failed,
    acceptedPerSecond: sorted.length / elapsedSeconds,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}
