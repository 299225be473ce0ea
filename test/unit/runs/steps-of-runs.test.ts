import { expect, it } from 'vitest';
import { countSteps, type Load, type Steps } from '../../../bench/steps/simulated.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

type Bounds = Partial<Record<'executions' | 'activities' | 'entityOperations' | 'storageRequests' | 'calls', number>>;

/** Upper bounds for a run in the mean; what is shared by all runs counts to each. */
const BOUNDS: [name: string, load: Load, bounds: Bounds][] = [
  [
    'a run of 5 s alone',
    { runs: 1, durationMs: 5 * SECOND, isPushed: false },
    { executions: 9, activities: 4, entityOperations: 2, calls: 4, storageRequests: 18 },
  ],
  [
    'a run of 30 s alone',
    { runs: 1, durationMs: 30 * SECOND, isPushed: false },
    { executions: 19, activities: 9, entityOperations: 2, calls: 9, storageRequests: 23 },
  ],
  [
    'a run of 30 s that Databricks notifies of',
    { runs: 1, durationMs: 30 * SECOND, isPushed: true },
    { executions: 10, activities: 4, entityOperations: 2, calls: 4, storageRequests: 22 },
  ],
  [
    'a run of two hours alone',
    { runs: 1, durationMs: 2 * HOUR, isPushed: false },
    { executions: 337, activities: 168, entityOperations: 2, calls: 168, storageRequests: 370 },
  ],
  [
    '100 runs of 30 s at once',
    { runs: 100, durationMs: 30 * SECOND, isPushed: false },
    { executions: 23, activities: 10, entityOperations: 3.1, calls: 9, storageRequests: 26 },
  ],
];

it.each(BOUNDS)('%s costs no more steps than it has to', async (_name, load, bounds) => {
  const counted = figures(await countSteps(load), load.runs);
  const above = Object.entries(bounds).filter(([name, bound]) => counted[name as keyof Bounds] > bound);
  expect({ above, counted }).toMatchObject({ above: [] });
});

function figures(steps: Steps, runs: number) {
  return {
    executions: steps.executions + steps.sharedExecutions / runs,
    activities: steps.activities + steps.sharedActivities / runs,
    entityOperations: steps.entityOperations,
    storageRequests: steps.storageRequests,
    calls: Object.values(steps.calls).reduce((total, each) => total + each, 0),
  };
}
