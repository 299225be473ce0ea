import { VirtualGateway } from '../../test/support/virtual-gateway.ts';

/** One kind of load: so many runs of one notebook, of one length. */
export interface Load {
  runs: number;
  durationMs: number;
  /** Durations lie between `durationMs` and this, evenly and in no order. @default `durationMs` */
  longestMs?: number;
  hasNotifications: boolean;
  /** How many runs of the notebook went before, whose durations are known. @default 0 */
  before?: number;
  /** Whether each run is of a notebook of its own, of which nothing is known. @default false */
  isEachNew?: boolean;
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
  /** The most calls within any second, by operation. */
  peaks: Readonly<Record<string, number>>;
  medianLagMs: number;
  p95LagMs: number;
}

/** More would take their time in earnest. */
const MAX_SWEPT_RUNS = 1_000;
const ENDED_AFTER_MS = 10 * 60_000;

/** Counts what runs cost, on a clock that nobody waits for: the counts are the same on any machine. */
export async function countSteps(load: Load): Promise<Steps> {
  const { runs, durationMs, longestMs = durationMs, before = 0, isEachNew = false, intervalMs = 0 } = load;
  const gateway = new VirtualGateway(load);
  const lengthMs = (index: number) => durationMs + shareOf(index) * (longestMs - durationMs);
  for (let each = 0; each < before; each++) await gateway.context.durations.record('default', 'work', lengthMs(each));
  gateway.storage.requests = 0;
  await gateway.accept(
    Array.from({ length: runs }, (_, index) => ({
      workKey: isEachNew ? `work ${index}` : 'work',
      durationMs: lengthMs(index + before),
    })),
    intervalMs,
  );
  if (runs < MAX_SWEPT_RUNS) gateway.sweepFor(longestMs);
  await gateway.hub.runUntil(gateway.hub.nowMs + runs * intervalMs + longestMs + ENDED_AFTER_MS);
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
    peaks: gateway.workspace.peaks,
    medianLagMs: shareAt(lags, 0.5),
    p95LagMs: shareAt(lags, 0.95),
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, each) => total + each, 0);
}

function shareAt(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}

const GOLDEN_RATIO = 0.618_033_988_749_895;

/** A share of one, spread evenly over any stretch of indices, and the same each time. */
function shareOf(index: number): number {
  return (index * GOLDEN_RATIO) % 1;
}
