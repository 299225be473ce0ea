import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { CHART_FILE, chartOf, MEASURED_FILE } from '../../../bench/chart/draw-chart.ts';
import { resultSchema } from '../../../bench/chart/result.ts';

it('shows in the README what was measured', () => {
  const results = z.array(resultSchema).parse(JSON.parse(readFileSync(MEASURED_FILE, 'utf8')));

  expect(readFileSync(CHART_FILE, 'utf8')).toBe(chartOf(results));
  expect(readFileSync('README.md', 'utf8')).toContain('(docs/measured.svg)');
});
