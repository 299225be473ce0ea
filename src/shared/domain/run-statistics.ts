import type { Owner } from './caller.ts';
import type { Outcome, RunStatus } from './outcome.ts';

/** What is counted of a run. */
export interface RunSummary {
  id: string;
  createdAtMs: number;
  status: RunStatus;
  outcome: Outcome | null;
  workspace: string;
  submittedBy: Owner;
}

/** The runs that were accepted in a span of time, by how they stand now. */
export interface RunBucket {
  /** When the span begins, epoch ms. */
  atMs: number;
  succeeded: number;
  failed: number;
  /** Canceled or skipped. */
  stopped: number;
  active: number;
}

/** How many runs there are of each status and of each outcome; what there is none of is absent. */
export function countRuns(runs: readonly RunSummary[]): {
  status: Partial<Record<RunStatus, number>>;
  outcome: Partial<Record<Outcome, number>>;
} {
  const status: Partial<Record<RunStatus, number>> = {};
  const outcome: Partial<Record<Outcome, number>> = {};
  for (const run of runs) {
    status[run.status] = (status[run.status] ?? 0) + 1;
    if (run.outcome !== null) outcome[run.outcome] = (outcome[run.outcome] ?? 0) + 1;
  }
  return { status, outcome };
}

const BUCKET_OF_OUTCOME: Readonly<Record<Outcome, 'succeeded' | 'failed' | 'stopped'>> = {
  succeeded: 'succeeded',
  succeeded_with_failures: 'succeeded',
  failed: 'failed',
  timed_out: 'failed',
  rejected: 'failed',
  lost: 'failed',
  canceled: 'stopped',
  skipped: 'stopped',
};

/** Whether the run ended in a way that somebody has to look at. */
export function needsAttention({ outcome }: Pick<RunSummary, 'outcome'>): boolean {
  return outcome !== null && BUCKET_OF_OUTCOME[outcome] === 'failed';
}

const MAX_BUCKETS = 48;
const WIDTHS_MS = [10_000, 30_000, 60_000, 300_000, 900_000, 1_800_000, 3_600_000, 10_800_000, 86_400_000];

/** The runs over time, in at most 48 equal spans of a round width that end with `toMs`; those without a run are there too. */
export function bucketRuns(
  runs: readonly RunSummary[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): { widthMs: number; buckets: RunBucket[] } {
  const widthMs =
    WIDTHS_MS.find((width) => Math.ceil((toMs - fromMs) / width) < MAX_BUCKETS) ??
    Math.ceil((toMs - fromMs) / (MAX_BUCKETS - 1));
  const first = Math.floor(fromMs / widthMs);
  const last = Math.floor(toMs / widthMs);
  const buckets = Array.from({ length: last - first + 1 }, (_, index): RunBucket => ({
    atMs: (first + index) * widthMs,
    succeeded: 0,
    failed: 0,
    stopped: 0,
    active: 0,
  }));
  for (const { createdAtMs, outcome } of runs) {
    const bucket = buckets[Math.floor(createdAtMs / widthMs) - first];
    if (bucket !== undefined) bucket[outcome === null ? 'active' : BUCKET_OF_OUTCOME[outcome]]++;
  }
  return { widthMs, buckets };
}
