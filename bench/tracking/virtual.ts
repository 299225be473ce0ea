import { retries } from '@databricks/sdk-experimental';
import { VirtualGateway } from '../../test/support/virtual-gateway.ts';
import { tracking, type TrackedRun, type Tracking } from './workload.ts';

const BEGUN_AFTER_MS = 50;
const ENDED_AFTER_MS = 10 * 60_000;

/*
 * Runs of hours, on a clock that nobody waits for: the gateway's own orchestrations and activities, and the steps of the
 * SDK's own retry policy. A call takes no time here, so the lags are those of the schedules alone.
 */

interface Seen {
  polls: number;
  lagMs: number;
}

/** `submitAndWait` of the SDK: a read at once, then one after each wait of its policy. */
function waitAsSdk({ durationMs }: TrackedRun): Seen {
  const policy = new retries.ExponetionalBackoffWithJitterRetryPolicy();
  let atMs = 0;
  for (let polls = 1; ; polls++) {
    if (atMs >= durationMs) return { polls, lagMs: atMs - durationMs };
    atMs += policy.waitTime(polls).toMillSeconds().value;
  }
}

function waitFixed({ durationMs }: TrackedRun, intervalMs = 30_000): Seen {
  const polls = Math.max(1, Math.ceil(durationMs / intervalMs));
  return { polls, lagMs: polls * intervalMs - durationMs };
}

/** All of them by one gateway, begun one after the other; what a notification or the list of a sweep says is shared. */
async function trackByGateway(
  name: string,
  runs: readonly TrackedRun[],
  { before = [], hasNotifications = false }: { before?: readonly TrackedRun[]; hasNotifications?: boolean },
): Promise<Tracking> {
  const gateway = new VirtualGateway({ hasNotifications });
  for (const { notebook, durationMs } of before)
    await gateway.context.durations.record('default', notebook, durationMs);
  await gateway.accept(
    runs.map(({ notebook, durationMs }) => ({ workKey: notebook, durationMs })),
    BEGUN_AFTER_MS,
  );
  const longestMs = Math.max(...runs.map(({ durationMs }) => durationMs));
  gateway.sweepFor(longestMs);
  await gateway.hub.runUntil(gateway.hub.nowMs + longestMs + ENDED_AFTER_MS);
  const { calls } = gateway.workspace;
  const polls = (calls['runs/get'] ?? 0) + (calls['runs/list'] ?? 0);
  const lags = (await gateway.followed()).map(({ lagMs }) => lagMs);
  return tracking(name, polls, polls + 2 * runs.length, lags);
}

/** Compares the ways of waiting for the same runs; `before` is what has been learned from. */
export async function trackVirtually(runs: readonly TrackedRun[], before: readonly TrackedRun[]): Promise<Tracking[]> {
  const ways: [name: string, wait: (run: TrackedRun) => Seen][] = [
    ['@databricks/sdk-experimental waiter', waitAsSdk],
    ['fixed 30 s', (run) => waitFixed(run)],
  ];
  return [
    ...ways.map(([name, wait]) => {
      const seen = runs.map((run) => wait(run));
      const polls = seen.reduce((sum, each) => sum + each.polls, 0);
      return tracking(
        name,
        polls,
        polls + 2 * runs.length,
        seen.map(({ lagMs }) => lagMs),
      );
    }),
    await trackByGateway('gateway, nothing learned', runs, {}),
    await trackByGateway('gateway, learned', runs, { before }),
    await trackByGateway('gateway, pushed', runs, { hasNotifications: true }),
  ];
}
