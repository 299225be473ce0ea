import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chartSvg } from './chart-svg.ts';
import type { Result } from './result.ts';

/** What was measured, as it is committed, and the chart that is drawn of it. */
export const MEASURED_FILE = join(import.meta.dirname, '..', 'measured.json');
/** The chart that the README shows. */
export const CHART_FILE = join(import.meta.dirname, '..', '..', 'docs', 'measured.svg');

/** Benchmarks in which two bars beside each other compare like with like. */
const COMPARED = new Set(['cold-start', 'following', 'transactions']);

/** Keeps what was measured, and draws the chart of it. */
export async function drawChart(results: readonly Result[]): Promise<void> {
  await writeFile(MEASURED_FILE, `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(CHART_FILE, chartOf(results));
}

/** The chart of what was measured. */
export function chartOf(results: readonly Result[]): string {
  const measures = results.filter(({ name }) => COMPARED.has(name)).flatMap((result) => result.measures);
  const [first] = results;
  const note =
    first === undefined
      ? ''
      : `${first.at.slice(0, 10)}, ${first.machine.cpus} × ${first.machine.model}, Node ${first.machine.node}`;
  return chartSvg(measures, note);
}
