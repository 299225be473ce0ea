import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { type Load, runSubmits } from './submits.ts';

const SECONDS = 30;

const LOADS: readonly { name: string; load: Load }[] = [
  { name: 'at 30 a second', load: { perSecond: 30 } },
  { name: 'by 32 clients', load: { clients: 32 } },
  { name: 'at 300 a second', load: { perSecond: 300 } },
];

/** Submits runs at two rates, and as fast as clients who wait are answered; takes three minutes. */
export async function benchSubmits(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const { name, load } of LOADS) {
    const report = await runSubmits({ load, seconds: SECONDS });
    measures.push(
      {
        name: `submits ${name}: accepted`,
        value: report.acceptedPerSecond,
        unit: '1/s',
        reference: { name: 'failed', value: report.failed },
      },
      {
        name: `submits ${name}: p99`,
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
