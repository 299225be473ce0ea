import { expect, it } from 'vitest';
import { deployWhileFollowed } from '../../bench/deploy/deploy.ts';

const SCALE = { runs: 8, seconds: 8, patienceMs: 60_000 };

it('follows runs to their ends while a changed workflow is deployed under a new version', async () => {
  const report = await deployWhileFollowed({ ...SCALE, isVersioned: true });

  expect(report).toMatchObject({ violations: [], ended: { Completed: SCALE.runs }, reattached: 0 });
});

it('takes runs up again whose orchestrations a careless deploy has ended', async () => {
  const report = await deployWhileFollowed({ ...SCALE, isVersioned: false });

  expect(report.violations).toEqual([]);
  expect(report.reattached).toBe(SCALE.runs);
});
