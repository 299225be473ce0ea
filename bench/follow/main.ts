import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { countSteps, type Load } from '../steps/simulated.ts';
import { followInRealTime } from './real-time.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** What Databricks allows a workspace: 10,000 creations an hour, 2,000 active; 40 minutes of it. */
const CEILING: Load = {
  runs: 6_700,
  durationMs: 10 * MINUTE_MS,
  longestMs: 14 * MINUTE_MS,
  intervalMs: SECOND_MS / 2.8,
  hasNotifications: false,
};

/** A third of what Databricks allows of each operation a second. */
const THIRD_OF_RATES: Readonly<Record<string, number>> = {
  'runs/submit': 35 / 3,
  'runs/get': 100 / 3,
  'runs/list': 10,
  'runs/get-output': 20 / 3,
};

/** Calls and lag of many runs without notifications: 150 in real time, and Databricks' own ceiling on a virtual clock. */
export async function benchFollow(): Promise<Measure[]> {
  const measures: Measure[] = [];
  const rounds = await followInRealTime({ runs: 150, seconds: 30, perSecond: 3, rounds: 2 });
  for (const [round, { callsPerRun, calls, medianLagMs, p95LagMs }] of rounds.entries()) {
    const name = `150 runs of 30 s at three a second, ${round === 0 ? 'nothing known' : 'durations known'}`;
    console.log(name, calls);
    measures.push(...figures(name, { callsPerRun, medianLagMs, p95LagMs }, { calls: '<= 4', lag: '<= 2 s' }));
  }
  for (const isEachNew of [false, true]) {
    const name = `2.8 creations a second, 2,000 active, ${isEachNew ? 'each of work of its own' : 'of one work'}`;
    const steps = await countSteps({ ...CEILING, isEachNew });
    const callsPerRun = Object.values(steps.calls).reduce((sum, each) => sum + each, 0);
    measures.push(...figures(name, { ...steps, callsPerRun }, { calls: '<= 6', lag: '<= 10 s' }));
    for (const [operation, limit] of Object.entries(THIRD_OF_RATES))
      measures.push({
        name: `${name}: most ${operation} within any second`,
        value: steps.peaks[operation] ?? 0,
        unit: '1/s',
        reference: { name: 'a third of what Databricks allows', value: limit },
        target: `<= ${limit.toFixed(1)}`,
      });
  }
  return measures;
}

function figures(
  name: string,
  { callsPerRun, medianLagMs, p95LagMs }: { callsPerRun: number; medianLagMs: number; p95LagMs: number },
  target: { calls: string; lag: string },
): Measure[] {
  return [
    {
      name: `${name}: calls a run`,
      value: callsPerRun,
      unit: '',
      reference: { name: 'without any reading', value: 2 },
      target: target.calls,
    },
    {
      name: `${name}: lag, p95`,
      value: p95LagMs / SECOND_MS,
      unit: 's',
      reference: { name: 'median', value: medianLagMs / SECOND_MS },
      target: target.lag,
    },
  ];
}

if (import.meta.main) printMeasures(await benchFollow());
