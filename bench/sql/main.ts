import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Measure, printMeasures } from '../functions-host/measured-host.ts';
import { median } from '../median.ts';
import { type DriverClient, openDriver } from './driver-client.ts';
import { closeClient, transfer } from './gateway-client.ts';
import { startStackProcess, type StackProcess } from './stack-process.ts';

const ROWS = 1_000_000;
const ROUNDS = 3;
const MANY_ROWS = 5_000_000;
const SMALL_QUERIES = 200;
const CONCURRENT = 100;
const SMALL = 'SELECT * FROM default.diamonds LIMIT 10';
const STREAMS = [
  { name: 'NDJSON', accept: 'application/x-ndjson', target: 1.5 },
  { name: 'CSV', accept: 'text/csv', target: 1.5 },
  { name: 'Arrow', accept: 'application/vnd.apache.arrow.stream', target: 3 },
];

/** BIGINT, INT, DOUBLE, STRING and TIMESTAMP. */
function fiveColumns(rows: number): string {
  return `SELECT id, CAST(id % 1000 AS INT) AS n, id * 1.5D AS d, concat('row number ', CAST(id AS STRING)) AS s,
    TIMESTAMP'2023-11-14 00:00:00' + id * INTERVAL '1' SECOND AS ts FROM range(${rows}) AS t(id)`;
}

/** SQL through the gateway beside the driver used directly (`fetchAll`, then `JSON.stringify`), on one warehouse. */
export async function benchSql(): Promise<Measure[]> {
  await using stack = await startStackProcess();
  await using driver = await openDriver(stack);
  try {
    return [...(await small(stack, driver)), ...(await streams(stack, driver)), await memory(stack)];
  } finally {
    await closeClient();
  }
}

async function streams({ gatewayUrl }: StackProcess, driver: DriverClient): Promise<Measure[]> {
  const direct: number[] = [];
  const through = STREAMS.map(() => ({ rowsPerSecond: [] as number[], firstByteMs: [] as number[] }));
  // Rounds alternate between the two, so that a machine that slows down slows both.
  for (let round = 0; round <= ROUNDS; round++) {
    const startedMs = performance.now();
    await driver.json(fiveColumns(ROWS));
    const directMs = performance.now() - startedMs;
    if (round > 0) direct.push((ROWS * 1000) / directMs);
    for (const [index, { accept }] of STREAMS.entries()) {
      const { totalMs, firstByteMs } = await transfer(gatewayUrl, fiveColumns(ROWS), accept);
      if (round === 0) continue;
      through[index]?.rowsPerSecond.push((ROWS * 1000) / totalMs);
      through[index]?.firstByteMs.push(firstByteMs);
    }
  }
  const reference = { name: 'driver, rows/s', value: median(direct) };
  return STREAMS.flatMap(({ name, target }, index) => {
    const { rowsPerSecond = [], firstByteMs = [] } = through[index] ?? {};
    const value = median(rowsPerSecond);
    return [
      {
        name: `${name}, 1,000,000 rows × 5 columns`,
        value,
        unit: 'rows/s',
        reference,
        target: `≥ ${target} × (${(value / reference.value).toFixed(2)} ×)`,
      },
      {
        name: `${name}, first byte`,
        value: median(firstByteMs),
        unit: 'ms',
        reference: { name: 'target, ms', value: 500 },
        target: '≤ 500 ms',
      },
    ];
  });
}

async function memory(stack: StackProcess): Promise<Measure> {
  const before = await stack.gatewayMb();
  let most = before;
  const sampling = setInterval(() => void stack.gatewayMb().then((now) => (most = Math.max(most, now))), 250);
  const { totalMs } = await transfer(stack.gatewayUrl, fiveColumns(MANY_ROWS), 'application/x-ndjson');
  clearInterval(sampling);
  return {
    name: `memory growth over ${MANY_ROWS.toLocaleString('en')} rows of NDJSON`,
    value: most - before,
    unit: 'MB',
    reference: { name: 'rows/s meanwhile', value: (MANY_ROWS * 1000) / totalMs },
    target: '≤ 150 MB',
  };
}

async function small({ gatewayUrl }: StackProcess, driver: DriverClient): Promise<Measure[]> {
  const direct: number[] = [];
  const through: number[] = [];
  for (let index = 0; index < SMALL_QUERIES + 20; index++) {
    const startedMs = performance.now();
    await driver.json(SMALL);
    const betweenMs = performance.now();
    await transfer(gatewayUrl, SMALL, 'application/json');
    if (index < 20) continue;
    direct.push(betweenMs - startedMs);
    through.push(performance.now() - betweenMs);
  }
  const overhead = median(through) - median(direct);
  const startedMs = performance.now();
  const answers = await Promise.allSettled(
    Array.from({ length: CONCURRENT }, () => transfer(gatewayUrl, SMALL, 'application/json')),
  );
  const failures = answers.filter(({ status }) => status === 'rejected').length;
  return [
    {
      name: 'small query, overhead p50',
      value: overhead,
      unit: 'ms',
      reference: { name: 'driver p50, ms', value: median(direct) },
      target: '≤ 5 ms',
    },
    {
      name: `${CONCURRENT} small queries at once, failures`,
      value: failures,
      unit: '',
      reference: { name: 'all of them, ms', value: performance.now() - startedMs },
      target: '0',
    },
  ];
}

if (import.meta.main) {
  const measures = await benchSql();
  printMeasures(measures);
  const file = path.join(import.meta.dirname, '../results/sql.json');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(measures, undefined, 2)}\n`);
}
