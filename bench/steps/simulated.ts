import { VirtualGateway } from '../../test/support/virtual-gateway.ts';

/** One kind of load: so many runs of one notebook, of one length. */
export interface Load {
  runs: number;
  durationMs: number;
  isPushed: boolean;
  /** How many runs of the notebook went before, whose durations are known. @default 0 */
  before?: number;
  /** @default 0, all at once */
  intervalMs?: number;
}

/** What a run costs in the mean, from its acceptance to the end of its orchestration, and what all of them share. */
export interface Steps {
  executions: number;
  activities: number;
  entityOperations: number;
  /** Calls to Databricks by operation. */
  calls: Readonly<Record<string, number>>;
  storageRequests: number;
  /** Executions of orchestrations that are of no run, in all. */
  sharedExecutions: number;
  sharedActivities: number;
  p95LagMs: number;
}

/** More would take their time in earnest. */
const MAX_SWEPT_RUNS = 1_000;
const ENDED_AFTER_MS = 10 * 60_000;

/** Counts what runs cost, on a clock that nobody waits for: the counts are the same on any machine. */
export async function countSteps(load: Load): Promise<Steps> {
  const { runs, durationMs, before = 0, intervalMs = 0 } = load;
  const gateway = new VirtualGateway(load);
  for (let each = 0; each < before; each++) await gateway.context.durations.learn('default', 'work', durationMs);
  gateway.storage.requests = 0;
  await gateway.accept(
    Array.from({ length: runs }, () => ({ workKey: 'work', durationMs })),
    intervalMs,
  );
  if (runs < MAX_SWEPT_RUNS) gateway.sweepFor(durationMs);
  await gateway.hub.runUntil(gateway.hub.nowMs + runs * intervalMs + durationMs + ENDED_AFTER_MS);
  const lags = (await gateway.followed()).map(({ lagMs }) => lagMs).toSorted((one, other) => one - other);
  const { executions, activities, entityOperations } = gateway.hub.counts;
  const { 'track-run': ofRuns = 0, ...shared } = executions;
  const { 'read-active-runs': sharedActivities = 0, ...ofRun } = activities;
  return {
    executions: ofRuns / runs,
    activities: sum(ofRun) / runs,
    entityOperations: sum(entityOperations) / runs,
    calls: Object.fromEntries(Object.entries(gateway.workspace.calls).map(([name, calls]) => [name, calls / runs])),
    storageRequests: gateway.storage.requests / runs,
    sharedExecutions: sum(shared),
    sharedActivities,
    p95LagMs: lags[Math.min(Math.floor(lags.length * 0.95), lags.length - 1)] ?? 0,
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, each) => total + each, 0);
}
