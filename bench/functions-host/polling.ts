import { type Measure, post, printMeasures, residentMb, startBenchHost, untilIdle } from './measured-host.ts';

/** Many orchestrations that do what a tracked run does: call an activity, sleep a second, and so on. The ideal is the sum of the sleeps. */
export async function benchPolling(count = 1_000, rounds = 20): Promise<Measure[]> {
  await using host = await startBenchHost();
  let peakMb = 0;
  const startedMs = performance.now();
  await post(`${host.url}/api/bulk`, { name: 'rounds', count, input: { rounds, ms: 1_000 }, concurrency: 32 });
  const watch = setInterval(() => {
    void residentMb(host).then((mb) => {
      peakMb = Math.max(peakMb, mb);
    });
  }, 1_000);
  await untilIdle(host, 100);
  clearInterval(watch);
  const seconds = (performance.now() - startedMs) / 1000;
  const ideal = { name: 'ideal, s', value: rounds };
  return [
    {
      name: `${count} orchestrations x ${rounds} rounds of activity + 1 s timer`,
      value: seconds,
      unit: 's',
      reference: ideal,
      target: '<= 25 s',
    },
    {
      name: 'peak memory meanwhile',
      value: peakMb,
      unit: 'MB',
      reference: { name: 'limit, MB', value: 500 },
      target: '< 500 MB',
    },
  ];
}

if (import.meta.main) printMeasures(await benchPolling());
