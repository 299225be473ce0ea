import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { startStack, type StackOptions } from '../../local/stack.ts';
import { Gateway, simulated } from '../../test/support/gateway.ts';

/** How runs are submitted: at a rate, each at its time whether earlier ones were answered or not, or by clients who wait. */
export type Load = { perSecond: number } | { clients: number };

export interface SubmitsOptions {
  load: Load;
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
  /** Requests to storage a run, from its acceptance until it waits for admission. */
  storageRequests: number;
}

type Submit = (dueMs: number) => Promise<void>;

const TICK_MS = 10;
const WARM_UP = 200;
/** One creation an hour: what is accepted waits, so that submits are measured, and nothing that Databricks does. */
const NO_CREATIONS = { DATABRICKS_CREATIONS_PER_HOUR: '1' };

/** Submits runs to a stack of its own. */
export async function runSubmits({ load, seconds, env = {} }: SubmitsOptions): Promise<SubmitsReport> {
  await using stack = await startStack({ env: { ...NO_CREATIONS, ...env } });
  const gateway = new Gateway(stack);
  const agent = new Agent();
  const body = JSON.stringify(simulated(5));
  const timesMs: number[] = [];
  let failed = 0;
  const submit: Submit = async (dueMs) => {
    const status = await statusOf(`${stack.url}/api/runs`, body, agent).catch(() => 0);
    if (status === 202) timesMs.push(performance.now() - dueMs);
    else failed++;
  };
  for (let count = 0; count < WARM_UP; count++) await submit(performance.now());
  const storageRequests = (await requestTotal(gateway)) / WARM_UP;
  timesMs.length = 0;
  const startedMs = performance.now();
  await ('clients' in load ? byClients(submit, load.clients, seconds) : atRate(submit, load.perSecond, seconds));
  const elapsedSeconds = (performance.now() - startedMs) / 1_000;
  await agent.close();
  const sorted = timesMs.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  const acceptedPerSecond = sorted.length / elapsedSeconds;
  return { accepted: sorted.length, failed, acceptedPerSecond, medianMs: at(0.5), p99Ms: at(0.99), storageRequests };
}

async function statusOf(url: string, body: string, dispatcher: Agent): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const response = await request(url, { method: 'POST', headers, body, dispatcher });
  await response.body.dump();
  return response.statusCode;
}

async function requestTotal(gateway: Gateway): Promise<number> {
  const response = await gateway.control('storage', 'GET', 'requests');
  return (response.body as { total: number }).total;
}

async function atRate(submit: Submit, perSecond: number, seconds: number): Promise<void> {
  const pending: Promise<void>[] = [];
  const startedMs = performance.now();
  for (let sent = 0; sent < perSecond * seconds; await sleep(TICK_MS)) {
    const due = Math.min(((performance.now() - startedMs) / 1_000) * perSecond, perSecond * seconds);
    for (; sent < due; sent++) pending.push(submit(startedMs + (sent / perSecond) * 1_000));
  }
  await Promise.all(pending);
}

async function byClients(submit: Submit, clients: number, seconds: number): Promise<void> {
  const untilMs = performance.now() + seconds * 1_000;
  const client = async () => {
    while (performance.now() < untilMs) await submit(performance.now());
  };
  await Promise.all(Array.from({ length: clients }, client));
}
