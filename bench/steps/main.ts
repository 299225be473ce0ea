import { textTable } from '../../local/text-table.ts';
import type { Measure } from '../functions-host/measured-host.ts';
import { countSteps, type Load, type Steps } from './simulated.ts';

const SECOND_MS = 1_000;
const LENGTHS_MS = [5 * SECOND_MS, 30 * SECOND_MS, 600 * SECOND_MS, 7_200 * SECOND_MS];
const AT_ONCE = [1, 300, 2_000];

const HEADER = [
  'runs',
  'seconds',
  'notified',
  'executions',
  'activities',
  'entity operations',
  'submit',
  'get',
  'list',
  'get-output',
  'storage requests',
  'executions shared',
  'activities shared',
  'p95 lag s',
];

/** What a run costs in steps, by its length, with and without notifications, alone and with others. */
export async function benchSteps(): Promise<Measure[]> {
  const loads = AT_ONCE.flatMap((runs) =>
    [false, true].flatMap((hasNotifications) =>
      LENGTHS_MS.map((durationMs): Load => ({ runs, durationMs, hasNotifications })),
    ),
  );
  const rows: unknown[][] = [];
  const measures: Measure[] = [];
  for (const load of loads) {
    const steps = await countSteps(load);
    rows.push(rowOf(load, steps));
    measures.push(measureOf(load, steps));
  }
  console.log(textTable(HEADER, rows));
  return measures;
}

function rowOf({ runs, durationMs, hasNotifications }: Load, steps: Steps): unknown[] {
  const calls = ['runs/submit', 'runs/get', 'runs/list', 'runs/get-output'].map((name) => steps.calls[name] ?? 0);
  const figures = [steps.executions, steps.activities, steps.entityOperations, ...calls, steps.storageRequests];
  const shared = [steps.sharedExecutions, steps.sharedActivities, steps.p95LagMs / SECOND_MS];
  return [
    runs,
    durationMs / SECOND_MS,
    hasNotifications ? 'yes' : 'no',
    ...figures.map(rounded),
    ...shared.map(rounded),
  ];
}

function measureOf({ runs, durationMs, hasNotifications }: Load, steps: Steps): Measure {
  const calls = Object.values(steps.calls).reduce((total, each) => total + each, 0);
  return {
    name: `${runs} runs of ${durationMs / SECOND_MS} s, ${hasNotifications ? 'notified' : 'not notified'}: executions a run`,
    value: steps.executions + steps.sharedExecutions / runs,
    unit: '',
    reference: { name: 'calls to Databricks a run', value: calls },
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
