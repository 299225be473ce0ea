import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HostProcess, startHost } from '../../local/functions-host/test/host-process.ts';

/** One figure of a benchmark beside that of its reference. */
export interface Measure {
  name: string;
  value: number;
  unit: string;
  /** What it is compared with, measured in the same run. */
  reference: { name: string; value: number };
  /** What the issue asks for, where it does. */
  target?: string;
}

/** A host that runs the benchmarks' app. */
export function startBenchHost(app = path.join(import.meta.dirname, 'app')): Promise<HostProcess> {
  return startHost({ app, env: { AzureFunctionsJobHost__logging__logLevel__default: 'Warning' } });
}

export async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

/** Memory that the host holds now, in MB. */
export async function residentMb(host: HostProcess): Promise<number> {
  const { rss } = (await (await fetch(`${host.url}/api/memory`)).json()) as { rss: number };
  return rss / 2 ** 20;
}

/** Resolves when no orchestration is pending or running. */
export async function untilIdle(host: HostProcess, pollMs: number): Promise<void> {
  const url = `${host.url}/runtime/webhooks/durabletask/instances?runtimeStatus=Pending,Running&top=1&showInput=false`;
  while (((await (await fetch(url)).json()) as unknown[]).length > 0) await sleep(pollMs);
}

/** Prints measures as a table. */
export function printMeasures(measures: Measure[]): void {
  console.table(
    measures.map(({ name, value, unit, reference, target = '' }) => ({
      name,
      value: Number(value.toFixed(2)),
      unit,
      reference: `${reference.name}: ${Number(reference.value.toFixed(2))}`,
      target,
    })),
  );
}
