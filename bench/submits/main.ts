import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { runSubmits } from './submits.ts';

const SECONDS = 30;

/** Submits at rates up to 300 a second; takes two minutes. */
export async function benchSubmits(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const perSecond of [30, 100, 300]) {
    const report = await runSubmits({ perSecond, seconds: SECONDS });
    measures.push(
      {
        name: `submits: accepted of ${perSecond} a second`,
        value: report.acceptedPerSecond,
        unit: '1/s',
        reference: { name: 'failed', value: report.failed },
      },
      {
        name: `submits: p99 at ${perSecond} a second`,
        value: report.p99Ms,
        unit: 'ms',
        reference: { name: 'median', value: report.medianMs },
        target: '<= 250 ms',
      },
    );
  }
  return measures;
}

if (import.meta.main) printMeasures(await benchSubmits());
