import { setTimeout as sleep } from 'node:timers/promises';
import { startStack } from '../../local/stack.ts';
import { Gateway, simulated } from '../../test/support/gateway.ts';
import { startCallbackClock } from '../callback-clock.ts';
import { knownRuns, requestCounts } from '../workspace-view.ts';

/** What came of following runs in real time; lags are from an end in the workspace to the callback that says so. */
export interface Followed {
  callsPerRun: number;
  calls: Readonly<Record<string, number>>;
  medianLagMs: number;
  p95LagMs: number;
}

/** Submits runs of one length at a rate to a stack of its own, for so many rounds: what one has shown, the next one knows. */
export async function followInRealTime(load: {
  runs: number;
  seconds: number;
  perSecond: number;
  rounds: number;
}): Promise<Followed[]> {
  const { runs, seconds, perSecond, rounds } = load;
  using clock = await startCallbackClock();
  await using stack = await startStack({ env: { CALLBACK_ALLOWED_HOSTS: clock.host } });
  const gateway = new Gateway(stack);
  // The first run of a process loads what all need; it is of other work, so that nothing is known of theirs.
  const warmUp = { ...simulated(0.1), notebook_task: { notebook_path: '/Simulated/warm-up' } };
  await gateway.result(await gateway.submit(warmUp));
  const results: Followed[] = [];
  for (let round = 0; round < rounds; round++) {
    await gateway.control('databricks', 'DELETE', 'requests');
    const fromMs = Date.now();
    const submits: Promise<string>[] = [];
    for (let index = 0; index < runs; index++) {
      await sleep(Math.max(fromMs + (index * 1_000) / perSecond - Date.now(), 0));
      submits.push(gateway.submit({ ...simulated(seconds), gateway: { notify: { callback_url: clock.url } } }));
    }
    const ids = await Promise.all(submits);
    while (!ids.every((id) => clock.notifiedAtMs.has(id))) await sleep(250);
    results.push(await followed(gateway, ids, clock.notifiedAtMs));
  }
  return results;
}

async function followed(
  gateway: Gateway,
  ids: readonly string[],
  notifiedAtMs: ReadonlyMap<string, number>,
): Promise<Followed> {
  const known = await knownRuns(gateway);
  const lags = ids.map((id) => {
    const run = known.find(({ idempotency_token: token }) => token?.startsWith(id) === true);
    return (notifiedAtMs.get(id) ?? Infinity) - (run?.end_time ?? 0);
  });
  const sorted = lags.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  const counts = Object.entries(await requestCounts(gateway)).filter(([operation]) => operation.startsWith('runs/'));
  const calls = Object.fromEntries(
    counts.map(([operation, each]) => [operation, Object.values(each).reduce((sum, count) => sum + count, 0)]),
  );
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  return { callsPerRun: total / ids.length, calls, medianLagMs: at(0.5), p95LagMs: at(0.95) };
}
