import type { Measure } from '../functions-host/measured-host.ts';
import { simulateOutage, type OutageKind } from './outage.ts';

const MINUTE_MS = 60_000;

const OUTAGES: readonly [kind: OutageKind, runs: number, minutes: number][] = [
  ['503', 1_500, 10],
  ['503', 1_900, 30],
  ['429', 1_900, 30],
  ['429', 10, 60],
];

/** What an outage costs after its end, beside the same runs without one. */
export async function benchOutage(): Promise<Measure[]> {
  return OUTAGES.flatMap(([kind, runs, minutes]) => {
    const { counted, createdAfterMs } = simulateOutage(kind, runs, minutes * MINUTE_MS);
    const calm = simulateOutage(kind, runs, 0);
    const outage = `${runs} runs, ${minutes} min of ${kind}`;
    return [
      {
        name: `${outage}: all created, minutes after its end`,
        value: Math.max(...createdAfterMs) / MINUTE_MS,
        unit: 'min',
        reference: { name: 'without outage', value: Math.max(...calm.createdAfterMs) / MINUTE_MS },
        target: '5',
      },
      {
        name: `${outage}: creations counted`,
        value: counted,
        unit: '',
        reference: { name: 'runs', value: runs },
        target: String(runs),
      },
    ];
  });
}
