import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../../local/stack.ts';
import { Gateway, simulated } from '../../test/support/gateway.ts';
import { knownRuns, requestCounts, type KnownRun } from '../workspace-view.ts';

export interface PlacesOptions {
  runs: number;
  runSeconds: number;
  maxConcurrent: number;
  /** How long each message of the task hub is on its way. */
  queueDelayMs: number;
}

export interface PlacesReport {
  succeeded: number;
  /** Executions of the orchestration of a run, in the mean. */
  executions: number;
  /** Calls of Databricks for each run, in the mean. */
  calls: number;
  /** From the start of the first run to the end of the last, by Databricks' own times. */
  spanSeconds: number;
  /** The share of the places that runs took in that time. */
  used: number;
  /** How long a place was empty between two runs, in the mean. */
  turnaroundSeconds: number;
  mostActive: number;
}

/** The event with which an execution begins, as the Durable extension numbers them. */
const STARTED = 12;

const MAX_IN_FLIGHT = 8;
const LONGEST_MS = 10 * 60_000;

/** Submits runs that wait for places, and looks at the workspace when they ran. */
export async function runPlaces({
  runs,
  runSeconds,
  maxConcurrent,
  queueDelayMs,
}: PlacesOptions): Promise<PlacesReport> {
  await using stack = await startStack({
    queueDelayMs,
    env: { DATABRICKS_MAX_CONCURRENT_RUNS: String(maxConcurrent) },
  });
  const gateway = new Gateway(stack);
  const ids: string[] = [];
  let next = 0;
  const submitter = async () => {
    while (next++ < runs) ids.push(await gateway.submit(simulated(runSeconds)));
  };
  await Promise.all(Array.from({ length: MAX_IN_FLIGHT }, submitter));
  let known: KnownRun[] = [];
  for (const untilMs = Date.now() + LONGEST_MS; Date.now() < untilMs; await sleep(1_000)) {
    known = await knownRuns(gateway);
    if (known.filter(({ end_time: endMs }) => endMs > 0).length >= runs) break;
  }
  const results = [];
  for (const id of ids) results.push(await gateway.result(id));
  const operations = Object.values(await requestCounts(gateway));
  const calls = operations.flatMap((byStatus) => Object.values(byStatus)).reduce((sum, each) => sum + each, 0);
  await stack.killHost();
  const busyMs = known.reduce((sum, run) => sum + run.end_time - run.start_time, 0);
  const firstMs = Math.min(...known.map((run) => run.start_time));
  const lastMs = Math.max(...known.map((run) => run.end_time));
  return {
    succeeded: results.filter(({ outcome }) => outcome === 'succeeded').length,
    executions: executionsOf(stack.dataDir) / runs,
    calls: calls / runs,
    spanSeconds: (lastMs - firstMs) / 1_000,
    used: busyMs / (maxConcurrent * (lastMs - firstMs)),
    turnaroundSeconds: turnaroundMs(known, maxConcurrent) / 1_000,
    mostActive: mostActive(known),
  };
}

/** Each execution begins with an event of its own, and none of these runs has a second generation. */
function executionsOf(dataDir: string): number {
  using database = new DatabaseSync(join(dataDir, 'hub.db'), { readOnly: true });
  const rows = database
    .prepare("SELECT event FROM history JOIN instances ON instances.id = history.instance WHERE name = 'track-run'")
    .all();
  return rows.filter(({ event }) => (JSON.parse(String(event)) as { EventType: number }).EventType === STARTED).length;
}

/** From each end to the start of the run that took the place: the ends in their order, and the starts after the first. */
function turnaroundMs(runs: readonly KnownRun[], places: number): number {
  const starts = runs.map((run) => run.start_time).toSorted((one, other) => one - other);
  const ends = runs.map((run) => run.end_time).toSorted((one, other) => one - other);
  const gaps = starts.slice(places).map((startMs, index) => startMs - (ends[index] ?? startMs));
  return gaps.reduce((sum, gapMs) => sum + gapMs, 0) / Math.max(gaps.length, 1);
}

function mostActive(runs: readonly KnownRun[]): number {
  return Math.max(
    ...runs.map(({ start_time: atMs }) => runs.filter((run) => run.start_time <= atMs && run.end_time > atMs).length),
  );
}
