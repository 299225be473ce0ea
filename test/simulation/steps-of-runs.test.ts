import { expect, it } from 'vitest';
import { countSteps, type Load, type Steps } from '../../bench/steps/simulated.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

type Counted = 'executions' | 'activities' | 'entityOperations' | 'storageRequests' | 'calls' | 'withWatcher';
type Bounds = Partial<Record<Counted, number>>;

/**
 * Upper bounds for a run in the mean. `executions` are those of its own orchestration, `withWatcher` has its share of
 * the watcher's too; what the watcher does otherwise counts to each.
 */
const BOUNDS: [name: string, load: Load, bounds: Bounds][] = [
  [
    'a run of 5 s alone',
    { runs: 1, durationMs: 5 * SECOND, hasNotifications: false },
    { executions: 6, activities: 3, entityOperations: 2, calls: 4, storageRequests: 25, withWatcher: 8 },
  ],
  [
    'a run of 30 s alone',
    { runs: 1, durationMs: 30 * SECOND, hasNotifications: false },
    { executions: 6, activities: 4, entityOperations: 2, calls: 9, storageRequests: 31, withWatcher: 8 },
  ],
  [
    'a run of 30 s that Databricks notifies of',
    { runs: 1, durationMs: 30 * SECOND, hasNotifications: true },
    { executions: 6, activities: 3, entityOperations: 2, calls: 5, storageRequests: 32, withWatcher: 8 },
  ],
  [
    'a run of two hours alone',
    { runs: 1, durationMs: 2 * HOUR, hasNotifications: false },
    { executions: 6, activities: 8, entityOperations: 2, calls: 167, storageRequests: 590, withWatcher: 12 },
  ],
  [
    '100 runs of 30 s at once',
    { runs: 100, durationMs: 30 * SECOND, hasNotifications: false },
    { executions: 10, activities: 3, entityOperations: 3.1, calls: 4, storageRequests: 40, withWatcher: 10 },
  ],
];

it.each(BOUNDS)('%s costs no more steps than it has to', async (_name, load, bounds) => {
  const counted = figures(await countSteps(load), load.runs);
  const above = Object.entries(bounds).filter(([name, bound]) => counted[name as Counted] > bound);
  expect({ above, counted }).toMatchObject({ above: [] });
});

it('reads runs that come one after the other by lists, and sees their ends within two seconds', async () => {
  const load = { runs: 150, durationMs: 30 * SECOND, hasNotifications: false, intervalMs: 333 };
  const steps = await countSteps(load);

  expect(figures(steps, load.runs).calls).toBeLessThanOrEqual(4);
  expect(steps.p95LagMs).toBeLessThanOrEqual(2 * SECOND);
  expect(steps.sharedExecutions).toBeLessThanOrEqual(10);
});

function figures(steps: Steps, runs: number) {
  return {
    executions: steps.executions,
    withWatcher: steps.executions + steps.sharedExecutions / runs,
    activities: steps.activities + steps.sharedActivities / runs,
    entityOperations: steps.entityOperations,
    storageRequests: steps.storageRequests,
    calls: Object.values(steps.calls).reduce((total, each) => total + each, 0),
  };
}
