import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { runBurst } from './burst.ts';

/** 2,000 submits in one go against 300 creations a minute and 100 runs at once; takes seven minutes. */
export async function benchBurst(onProgress: (text: string) => void = () => {}): Promise<Measure[]> {
  const report = await runBurst({
    runs: 2_000,
    creations: 300,
    windowSeconds: 60,
    maxConcurrent: 100,
    runSeconds: 5,
    onProgress,
  });
  return [
    {
      name: 'burst: accepted',
      value: report.accepted,
      unit: '',
      reference: { name: 'refused', value: report.refused },
      target: 'all, none refused',
    },
    {
      name: 'burst: accepted, by 8 callers, while runs are under way',
      value: report.acceptedPerSecond,
      unit: '1/s',
      reference: { name: 'succeeded in the end', value: report.succeeded },
    },
    {
      name: 'burst: most creations in any minute',
      value: report.mostInAnyWindow,
      unit: '',
      reference: { name: 'allowed', value: 300 },
      target: '<= 300',
    },
    {
      name: 'burst: share of the window that was used',
      value: 100 * report.windowUse,
      unit: '%',
      reference: { name: 'refusals by Databricks', value: report.throttled },
      target: '>= 95 %, 0 refusals',
    },
    {
      name: 'burst: places from the order of acceptance, median',
      value: report.displacement.median,
      unit: '',
      reference: { name: 'most', value: report.displacement.most },
    },
    {
      name: 'burst: most runs at once',
      value: report.mostActive,
      unit: '',
      reference: { name: 'allowed', value: 100 },
      target: '<= 100',
    },
  ];
}

if (import.meta.main) printMeasures(await benchBurst(console.log));
