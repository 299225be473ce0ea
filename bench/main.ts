import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { readCommandLine } from '../local/command-line.ts';
import { benchBurst } from './burst/main.ts';
import { benchChaos } from './chaos/main.ts';
import { benchColdStart } from './cold-start/main.ts';
import { benchDeploy } from './deploy/main.ts';
import { benchHelloSequence } from './functions-host/hello-sequence.ts';
import { type Measure, printMeasures } from './functions-host/measured-host.ts';
import { benchPolling } from './functions-host/polling.ts';
import { benchStreaming } from './functions-host/streaming.ts';
import { benchTorture } from './functions-host/torture.ts';
import { benchSweep } from './sweep/main.ts';
import { benchInputs } from './inputs/main.ts';
import { benchOutage } from './outage/main.ts';
import { benchPolicy } from './policy/main.ts';
import { benchQueue } from './queue/main.ts';
import { benchPage } from './page/main.ts';
import { benchPlaces } from './places/main.ts';
import { benchFollow } from './follow/main.ts';
import { benchFollowing } from './following/main.ts';
import { benchSteps } from './steps/main.ts';
import { benchSql } from './sql/main.ts';
import { benchSubmits } from './submits/main.ts';
import { benchTracking } from './tracking/main.ts';
import { benchTransactions } from './transactions/main.ts';
import { drawChart } from './chart/draw-chart.ts';
import type { Result } from './chart/result.ts';
import { freshBundle } from '../scripts/fresh-bundle.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<Measure[]>>> = {
  'functions-host': async () => [
    ...(await benchHelloSequence()),
    ...(await benchPolling()),
    ...(await benchStreaming()),
    tortureMeasure(await benchTorture()),
  ],
  'cold-start': benchColdStart,
  sql: benchSql,
  tracking: () => benchTracking(),
  steps: benchSteps,
  follow: benchFollow,
  following: benchFollowing,
  transactions: benchTransactions,
  chaos: () => benchChaos(),
  burst: () => benchBurst(),
  places: benchPlaces,
  outage: benchOutage,
  page: benchPage,
  deploy: benchDeploy,
  submits: benchSubmits,
  sweep: benchSweep,
  inputs: () => benchInputs(),
  policy: async () => benchPolicy(),
  queue: () => benchQueue(),
};

function tortureMeasure({ stuck, wrong, doubled, leftOver }: Awaited<ReturnType<typeof benchTorture>>): Measure {
  return {
    name: 'orchestrations stuck, wrong, doubled or left over after ten kill -9',
    value: stuck + wrong + doubled + leftOver,
    unit: '',
    reference: { name: 'orchestrations', value: 500 },
    target: '0',
  };
}

/** What the chart of the README shows. */
const OF_CHART = ['cold-start', 'submits', 'following', 'transactions'];
const CHART = 'chart';

const RESULTS = join(import.meta.dirname, 'results');

/**
 * Runs the benchmarks that are named, or all of them; each leaves its measures in `bench/results`. `chart` stands for
 * those that the chart of the README shows, which is drawn anew of what they measured.
 */
async function main(names: readonly string[]): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  await freshBundle('dist');
  const isChart = names.includes(CHART);
  const wanted = isChart ? [...names, ...OF_CHART] : names;
  const results: Result[] = [];
  for (const [name, bench] of Object.entries(BENCHMARKS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n${name}`);
    const measures = await bench();
    printMeasures(measures);
    const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? '', node: process.version };
    const result = { name, at: new Date().toISOString(), machine, measures };
    results.push(result);
    await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
  if (isChart) await drawChart(results.filter(({ name }) => OF_CHART.includes(name)));
}

const usage = `usage: npm run bench [-- NAME…]

Runs the benchmarks that are named, or all of them: ${Object.keys(BENCHMARKS).join(', ')}.
${CHART} runs ${OF_CHART.join(', ')} and draws docs/measured.svg of them.`;
const commandLine = readCommandLine({ usage, options: {}, allowPositionals: true });
const unknown = commandLine?.positionals.find((name) => name !== CHART && !Object.hasOwn(BENCHMARKS, name));
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}.\n\n${usage}`);
  process.exitCode = 1;
} else if (commandLine !== undefined) await main(commandLine.positionals);
