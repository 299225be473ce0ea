import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startChild } from '../../local/child-process.ts';
import { startStack, type Stack } from '../../local/stack.ts';
import { Gateway, simulated } from '../../test/support/gateway.ts';
import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { median } from '../median.ts';
import { requestCounts } from '../workspace-view.ts';

const RUNS = 2_000;
/** Longer than the measurement: all runs are at work meanwhile. */
const RUN_SECONDS = 3_600;
const SUBMITS_PER_SECOND = 30;
/** After the last submit, until every run is read at the pace that it keeps. */
const SETTLE_MS = 30_000;
const MEASURED_MS = 60_000;
const ROUNDS = 3;

const RECORDER = new URL('record-usage.ts', import.meta.url);
const usageSchema = z.object({ cpuMs: z.number(), residentMb: z.number() });

/** What it takes to follow the runs for a second, and what the process holds. */
interface Following {
  /** Share of a core, in percent. */
  cpuPercent: number;
  residentMb: number;
  callsPerSecond: number;
}

/** A process that follows runs, against a workspace whose calls are counted. */
interface Follower {
  gateway: Gateway;
  usageFile: string;
}

/**
 * 2,000 runs at work at once, followed for a minute: by the gateway, whose process is the Functions host with all that it
 * does, and by the SDK's own waiters in a process without anything else. Takes a quarter of an hour.
 */
export async function benchFollowing(): Promise<Measure[]> {
  const rounds: { gateway: Following; sdk: Following }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rounds.push({ gateway: await followByGateway(), sdk: await followBySdk() });
  const measure = (name: string, unit: string, figure: keyof Following): Measure => ({
    name: `following ${RUNS} runs: ${name}`,
    value: median(rounds.map(({ gateway }) => gateway[figure])),
    unit,
    reference: { name: "the SDK's waiters", value: median(rounds.map(({ sdk }) => sdk[figure])) },
  });
  return [
    measure('calls to Databricks', '1/s', 'callsPerSecond'),
    measure('processor', '% of a core', 'cpuPercent'),
    measure('memory of the process', 'MB', 'residentMb'),
  ];
}

async function followByGateway(): Promise<Following> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'gateway-following-'));
  const usageFile = join(folder.path, 'usage.json');
  await using stack = await startStack({
    env: {
      ...recorded(usageFile),
      DATABRICKS_MAX_CONCURRENT_RUNS: String(2 * RUNS),
      DATABRICKS_CREATIONS_PER_HOUR: String(10 * RUNS),
    },
  });
  const gateway = await withoutLimits(stack);
  const begunAtMs = performance.now();
  const submits: Promise<string>[] = [];
  for (let index = 0; index < RUNS; index++) {
    await sleep(Math.max(begunAtMs + (index * 1_000) / SUBMITS_PER_SECOND - performance.now(), 0));
    submits.push(gateway.submit(simulated(RUN_SECONDS)));
  }
  await Promise.all(submits);
  while ((await callCount(gateway, 'runs/submit')) < RUNS) await sleep(1_000);
  return await measured({ gateway, usageFile });
}

async function followBySdk(): Promise<Following> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'gateway-following-'));
  const usageFile = join(folder.path, 'usage.json');
  await using stack = await startStack();
  const gateway = await withoutLimits(stack);
  const { url, token } = stack.databricks;
  const program = join(import.meta.dirname, 'sdk-waiters.ts');
  await using _child = await startChild({
    name: 'The program of the waiters',
    args: [program, url, token, stack.caFile, String(RUNS), String(RUN_SECONDS), String(SUBMITS_PER_SECOND)],
    env: { ...process.env, ...recorded(usageFile) },
    ready: /^submitted$/m,
    startTimeoutMs: 600_000,
  });
  return await measured({ gateway, usageFile });
}

function recorded(usageFile: string): Record<string, string> {
  return { NODE_OPTIONS: `--import ${RECORDER.href}`, USAGE_FILE: usageFile };
}

/** The workspace takes all at once: what is measured is following, and no queue. */
async function withoutLimits(stack: Stack): Promise<Gateway> {
  const gateway = new Gateway(stack);
  await gateway.control('databricks', 'POST', 'limits', { max_concurrent_runs: null, creations: null });
  return gateway;
}

async function measured({ gateway, usageFile }: Follower): Promise<Following> {
  await sleep(SETTLE_MS);
  const usage = async () => usageSchema.parse(JSON.parse(await readFile(usageFile, 'utf8')));
  const begunAtMs = performance.now();
  const [before, callsBefore] = [await usage(), await callCount(gateway)];
  await sleep(MEASURED_MS);
  const [after, callsAfter] = [await usage(), await callCount(gateway)];
  const tookMs = performance.now() - begunAtMs;
  return {
    cpuPercent: (100 * (after.cpuMs - before.cpuMs)) / tookMs,
    residentMb: after.residentMb,
    callsPerSecond: (1_000 * (callsAfter - callsBefore)) / tookMs,
  };
}

/** Calls of one operation, or of all that are about runs. */
async function callCount(gateway: Gateway, operation?: string): Promise<number> {
  const counts = Object.entries(await requestCounts(gateway));
  return counts
    .filter(([name]) => (operation === undefined ? name.startsWith('runs/') : name === operation))
    .reduce((sum, [, byStatus]) => sum + Object.values(byStatus).reduce((total, count) => total + count, 0), 0);
}

if (import.meta.main) printMeasures(await benchFollowing());
