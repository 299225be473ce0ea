import { globSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCases } from '../../../scripts/policy/cases.ts';

const cases = globSync('examples/policies/*.cases.json').toSorted();

it('has cases for each example', () => {
  const policies = globSync('examples/policies/*.json').filter((file) => !file.endsWith('.cases.json'));

  expect(cases).toEqual(policies.map((file) => file.replace(/\.json$/, '.cases.json')).toSorted());
  expect(cases).toHaveLength(3);
});

it.each(cases)('decides as %s says', async (file) => {
  const { passed, failures } = await runCases(file);

  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(8);
});
