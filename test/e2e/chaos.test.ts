import { expect, it } from 'vitest';
import { runChaos } from '../../bench/chaos/chaos.ts';

it('loses and doubles nothing while Databricks, the vault and the host fail', async () => {
  const report = await runChaos({
    runs: 24,
    longestTaskSeconds: 1,
    kills: 2,
    stormSeconds: 4,
    vaultOutageSeconds: 3,
    seed: 20_261_122,
    patienceMs: 70_000,
  });

  expect(report.violations).toEqual([]);
  expect(report.runs).toBe(24);
});
