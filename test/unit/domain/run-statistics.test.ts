import { expect, it } from 'vitest';
import type { Outcome, RunStatus } from '../../../src/shared/domain/outcome.ts';
import { bucketRuns, countRuns, needsAttention, type RunSummary } from '../../../src/shared/domain/run-statistics.ts';

const HOUR_MS = 3_600_000;

function run(createdAtMs: number, outcome: Outcome | null, status: RunStatus = 'completed'): RunSummary {
  return {
    id: String(createdAtMs),
    createdAtMs,
    outcome,
    status,
    workspace: 'default',
    submittedBy: { kind: 'user', id: 'ada' },
  };
}

it('counts each run once, by where it stands and by how it ended', () => {
  const runs = [run(1, 'failed'), run(2, 'failed'), run(3, 'succeeded'), run(4, null, 'running')];

  expect(countRuns(runs)).toEqual({ status: { completed: 3, running: 1 }, outcome: { failed: 2, succeeded: 1 } });
  expect(runs.filter(needsAttention)).toHaveLength(2);
});

it.each([60_000, HOUR_MS, 24 * HOUR_MS, 168 * HOUR_MS, 5_000 * 24 * HOUR_MS])(
  'has all runs of %d ms in at most 48 spans that lie side by side',
  (spanMs) => {
    const toMs = 1_700_000_123_456;
    const runs = Array.from({ length: 100 }, (_, index) => run(toMs - Math.floor((spanMs * index) / 100), 'succeeded'));

    const { widthMs, buckets } = bucketRuns(runs, { fromMs: toMs - spanMs, toMs });

    expect(buckets.length).toBeLessThanOrEqual(48);
    expect(buckets.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(100);
    for (const [index, { atMs }] of buckets.entries()) expect(atMs).toBe((buckets[0]?.atMs ?? 0) + index * widthMs);
  },
);

it('tells failures from what was stopped and what is at work', () => {
  const outcomes: (Outcome | null)[] = [
    'timed_out',
    'lost',
    'rejected',
    'canceled',
    'skipped',
    null,
    'succeeded_with_failures',
  ];

  const { buckets } = bucketRuns(
    outcomes.map((outcome) => run(5_000, outcome)),
    { fromMs: 0, toMs: 9_999 },
  );

  expect(buckets).toEqual([{ atMs: 0, succeeded: 1, failed: 3, stopped: 2, active: 1 }]);
});
