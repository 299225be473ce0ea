import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { median } from '../median.ts';
import { type Load, runSubmits, type SubmitsReport } from './submits.ts';

const SECONDS = 30;
const ROUNDS = 3;

const LOADS: readonly { name: string; load: Load }[] = [
  { name: 'at 30 a second', load: { perSecond: 30 } },
  { name: 'by 32 clients', load: { clients: 32 } },
  { name: 'at 300 a second', load: { perSecond: 300 } },
];

/** Submits runs at two rates, and as fast as clients who wait are answered; takes seven minutes. */
export async function benchSubmits(): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const { name, load } of LOADS) {
    const reports: SubmitsReport[] = [];
    for (let round = 0; round < ROUNDS; round++) reports.push(await runSubmits({ load, seconds: SECONDS }));
    const of = (figure: keyof SubmitsReport) => median(reports.map((report) => report[figure]));
    measures.push(
      {
        name: `submits ${name}: accepted`,
        value: of('acceptedPerSecond'),
        unit: '1/s',
        reference: { name: 'failed', value: of('failed') },
      },
      {
        name: `submits ${name}: p99`,
        value: of('p99Ms'),
        unit: 'ms',
        reference: { name: 'median', value: of('medianMs') },
        target: '<= 250 ms',
      },
    );
  }
  return measures;
}

if (import.meta.main) printMeasures(await benchSubmits());
