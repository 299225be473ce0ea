import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../../local/stack.ts';
import { Gateway, simulated } from '../../test/support/gateway.ts';
import { knownRuns, newestRuns, requestCounts, type KnownRun } from '../workspace-view.ts';

export interface BurstOptions {
  runs: number;
  /** Creations that the workspace allows in a window. */
  creations: number;
  windowSeconds: number;
  maxConcurrent: number;
  /** How long each run takes, besides what the cluster takes. */
  runSeconds: number;
  /** Kills the host with SIGKILL in the middle of it. */
  kill?: boolean;
  onProgress?: (text: string) => void;
}

export interface BurstReport {
  accepted: number;
  refused: number;
  acceptedPerSecond: number;
  succeeded: number;
  /** Answers 429, and refusals for too many creations, by the workspace. */
  throttled: number;
  /** The most creations in any window, and what share of the allowed the whole burst used while runs were waiting. */
  mostInAnyWindow: number;
  windowUse: number;
  /** By how many places the creations differ from the order of acceptance, in the median and at most. */
  displacement: { median: number; most: number };
  mostActive: number;
  seconds: number;
}

const MAX_IN_FLIGHT = 8;

/** Submits runs as fast as they are accepted, and watches at the workspace when they are created. */
export async function runBurst(options: BurstOptions): Promise<BurstReport> {
  const { runs, creations, windowSeconds, maxConcurrent, onProgress = () => {} } = options;
  await using stack = await startStack({
    env: {
      DATABRICKS_CREATIONS_PER_HOUR: String(creations),
      DATABRICKS_CREATIONS_WINDOW_SECONDS: String(windowSeconds),
      DATABRICKS_MAX_CONCURRENT_RUNS: String(maxConcurrent),
    },
  });
  const gateway = new Gateway(stack);
  await gateway.control('databricks', 'POST', 'limits', {
    max_concurrent_runs: maxConcurrent,
    creations: { count: creations, window_seconds: windowSeconds },
  });
  const startedMs = Date.now();
  const ids: string[] = [];
  /** The place of a run in the order of acceptance, by its name. */
  const places = new Map<string, number>();
  let refused = 0;
  let next = 0;
  const submitter = async () => {
    while (next < runs) {
      const place = next++;
      const answer = await gateway.post('/api/runs', { ...simulated(options.runSeconds), run_name: `burst ${place}` });
      if (answer.status === 202) {
        const accepted = answer.body as { id: string; run_name: string };
        places.set(accepted.run_name, ids.push(accepted.id) - 1);
      } else refused++;
    }
  };
  await Promise.all(Array.from({ length: MAX_IN_FLIGHT }, submitter));
  const acceptedSeconds = (Date.now() - startedMs) / 1_000;
  onProgress(`${ids.length} accepted in ${acceptedSeconds.toFixed(1)} s`);

  if (options.kill === true) {
    await sleep(windowSeconds * 500);
    await stack.killHost();
    onProgress('kill -9 of the host');
    await sleep(windowSeconds * 100);
    await stack.startHost();
  }

  let known: KnownRun[] = [];
  for (
    const untilMs = Date.now() + (runs / creations + 3) * windowSeconds * 2_000;
    Date.now() < untilMs;
    await sleep(1_000)
  ) {
    known = await knownRuns(gateway);
    const ended = known.filter(({ end_time: endMs }) => endMs > 0).length;
    onProgress(`${known.length} created, ${ended} ended`);
    if (ended >= ids.length) break;
  }
  await lastCompleted(gateway, known);
  const submits = (await requestCounts(gateway))['runs/submit'] ?? {};
  const created = known.toSorted((left, right) => left.start_time - right.start_time);
  const times = created.map(({ start_time: startMs }) => startMs);
  const displaced = created
    .map(({ run_name: name }, index) => Math.abs((places.get(name) ?? Infinity) - index))
    .toSorted((left, right) => left - right);
  return {
    accepted: ids.length,
    refused,
    acceptedPerSecond: ids.length / acceptedSeconds,
    succeeded: created.filter(({ result_state: state }) => state === 'SUCCESS').length,
    throttled: (submits['429'] ?? 0) + (submits['400'] ?? 0),
    mostInAnyWindow: mostInAnyWindow(times, windowSeconds * 1_000),
    windowUse: windowUse(times, options),
    displacement: { median: displaced[Math.floor(displaced.length / 2)] ?? 0, most: displaced.at(-1) ?? 0 },
    mostActive: mostActive(created),
    seconds: (Date.now() - startedMs) / 1_000,
  };
}

/** The run that Databricks ended last is the last that the gateway completes. */
async function lastCompleted(gateway: Gateway, known: readonly KnownRun[]): Promise<void> {
  const names = new Set(
    known
      .toSorted((left, right) => right.end_time - left.end_time)
      .slice(0, 5)
      .map((run) => run.run_name),
  );
  for (const { id, run_name: name } of await newestRuns(gateway)) {
    if (names.has(name)) await gateway.result(id);
  }
}

function mostInAnyWindow(times: readonly number[], windowMs: number): number {
  let first = 0;
  return times.reduce((most, time, last) => {
    while ((times[first] ?? 0) <= time - windowMs) first++;
    return Math.max(most, last - first + 1);
  }, 0);
}

/**
 * The share of the allowed creations that was used: each full window after the first creation allows so many, so run
 * number n cannot be created before window n / allowed has opened. Compares when the first run of the last window was
 * created with when it could have been.
 */
function windowUse(times: readonly number[], { creations, windowSeconds }: BurstOptions): number {
  const lastWindow = Math.floor((times.length - 1) / creations);
  const opened = times[lastWindow * creations];
  const first = times[0];
  if (lastWindow === 0 || opened === undefined || first === undefined) return 1;
  return (lastWindow * windowSeconds * 1_000) / (opened - first);
}

function mostActive(runs: readonly KnownRun[]): number {
  const changes = runs.flatMap(({ start_time: startMs, end_time: endMs }) => [
    { atMs: startMs, by: 1 },
    { atMs: endMs, by: -1 },
  ]);
  let active = 0;
  return changes
    .toSorted((left, right) => left.atMs - right.atMs || left.by - right.by)
    .reduce((most, { by }) => Math.max(most, (active += by)), 0);
}
