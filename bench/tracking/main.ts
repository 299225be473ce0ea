import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { trackByFixedPoll, trackByGateway, trackBySdk } from './live.ts';
import { trackVirtually } from './virtual.ts';
import { mixed, workload, type Tracking } from './workload.ts';

/** Mean seconds of the five notebooks; `quick` is for a first look. */
const NOTEBOOKS = { full: [7, 20, 45, 90, 150], quick: [6, 12, 20, 30, 45] };
const LONG_NOTEBOOKS = [4_500, 6_000, 9_000, 12_600, 18_000];

/** Ways of waiting for runs, side by side: 5 to 180 s in real time, 1 to 6 h on a clock that nobody waits for. */
export async function benchTracking({ quick = false }: { quick?: boolean } = {}): Promise<Measure[]> {
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
  const virtual = await trackVirtually(workload(LONG_NOTEBOOKS, 10, 3), workload(LONG_NOTEBOOKS, 50, 4));
  const ways = await trackVirtually(mixed([40, 60, 75], 100, 5), mixed([40, 60, 75], 20, 6));
  const alike = await trackVirtually(mixed([30], 100, 7), mixed([30], 20, 8));
  return [
    ...measures('5-180 s', [sdk, fixed, ...polled, ...lost]),
    ...measures('1-6 h, virtual clock', virtual),
    ...measures('40, 60 or 75 s, virtual clock', ways),
    ...measures('30 s, virtual clock', alike),
  ];
}

const TARGETS: Readonly<Record<string, { polls: string; lag: string }>> = {
  'gateway, nothing learned': { polls: "<= the SDK's; from 1 h up <= 35 %", lag: "<= the SDK's or 5 % of the length" },
  'gateway, learned': { polls: "<= 60 % of the SDK's", lag: "<= the SDK's" },
  'gateway, pushed': { polls: '<= 5 calls in all', lag: 'p95 <= 1 s' },
  'gateway, every webhook lost': { polls: 'as nothing learned', lag: 'as nothing learned' },
};

/** The first way is the reference of the others. */
function measures(which: string, [reference, ...others]: Tracking[]): Measure[] {
  if (reference === undefined) return [];
  return [reference, ...others].flatMap((way) => {
    const name = `${which}: ${way.name}`;
    const target = TARGETS[way.name];
    return [
      {
        name: `${name}: polls a run (${way.calls.toFixed(1)} calls)`,
        value: way.polls,
        unit: '',
        reference: { name: reference.name, value: reference.polls },
        ...(target === undefined ? {} : { target: target.polls }),
      },
      {
        name: `${name}: mean lag (p95 ${(way.p95LagMs / 1_000).toFixed(2)} s)`,
        value: way.meanLagMs / 1_000,
        unit: 's',
        reference: { name: reference.name, value: reference.meanLagMs / 1_000 },
        ...(target === undefined ? {} : { target: target.lag }),
      },
    ];
  });
}

if (import.meta.main) printMeasures(await benchTracking({ quick: process.argv.includes('--quick') }));
