import { trackByFixedPoll, trackByGateway, trackBySdk } from './live.ts';
import { trackVirtually } from './virtual.ts';
import { workload, type Tracking } from './workload.ts';

/** Mean seconds of the five notebooks; `quick` is for a first look. */
const NOTEBOOKS = { full: [7, 20, 45, 90, 150], quick: [6, 12, 20, 30, 45] };
const LONG_NOTEBOOKS = [4_500, 6_000, 9_000, 12_600, 18_000];

export interface TrackingReport {
  /** 5 to 180 s, in real time. */
  live: Tracking[];
  /** 1 to 6 h, on a clock that nobody waits for. */
  virtual: Tracking[];
}

/** Compares ways of waiting for runs; all live ones at the same time. */
export async function benchTracking(quick: boolean): Promise<TrackingReport> {
  const notebooks = quick ? NOTEBOOKS.quick : NOTEBOOKS.full;
  const runs = workload(notebooks, quick ? 30 : 100, 1);
  const again = workload(notebooks, quick ? 30 : 100, 2);
  const [sdk, fixed, polled, lost] = await Promise.all([
    trackBySdk(runs),
    trackByFixedPoll(runs),
    trackByGateway([
      { name: 'gateway, nothing learned', runs, push: 'none' },
      { name: 'gateway, learned', runs: again, push: 'none' },
    ]),
    trackByGateway([
      { name: 'gateway, every webhook lost', runs, push: 'lost' },
      { name: 'gateway, pushed', runs: again, push: 'delivered' },
    ]),
  ]);
  return {
    live: [sdk, fixed, ...polled, ...lost],
    virtual: trackVirtually(workload(LONG_NOTEBOOKS, 10, 3), workload(LONG_NOTEBOOKS, 50, 4)),
  };
}

if (import.meta.main) {
  const { live, virtual } = await benchTracking(process.argv.includes('--quick'));
  console.table(live.map(rounded));
  console.table(virtual.map(rounded));
}

function rounded(row: Tracking): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'number' ? Math.round(value * 100) / 100 : value]),
  );
}
