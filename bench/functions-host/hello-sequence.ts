import { type Measure, post, printMeasures, startBenchHost, untilIdle } from './measured-host.ts';

const concurrency = 32;

/** RunOrchestrations of three activities in a row, started through the durable client inside the app, beside plain HTTP functions on the same host. */
export async function benchHelloSequence(count = 3_000): Promise<Measure[]> {
  await using host = await startBenchHost();
  const bulk = (size: number): Promise<unknown> =>
    post(`${host.url}/api/bulk`, { name: 'helloSequence', count: size, input: {}, concurrency });
  await bulk(300);
  await untilIdle(host, 10);
  const startedMs = performance.now();
  await bulk(count);
  await untilIdle(host, 10);
  const perSecond = (count * 1000) / (performance.now() - startedMs);
  return [
    {
      name: 'hello sequence, client included',
      value: perSecond,
      unit: '1/s',
      reference: { name: 'plain HTTP function, 1/s', value: await plainPerSecond(host.url, count) },
      target: '>= 600/s',
    },
  ];
}

async function plainPerSecond(url: string, count: number): Promise<number> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next++ < count) await (await fetch(`${url}/api/plain`)).arrayBuffer();
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: concurrency }, caller));
  return (count * 1000) / (performance.now() - startedMs);
}

if (import.meta.main) printMeasures(await benchHelloSequence());
