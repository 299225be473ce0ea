import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { deployWhileFollowed } from '../../bench/deploy/deploy.ts';
import { packageApp } from '../../scripts/package-app.ts';

const packageDir = await mkdtemp(join(tmpdir(), 'gateway-package-'));
await packageApp(packageDir);
afterAll(() => rm(packageDir, { recursive: true }));

const SCALE = { runs: 8, seconds: 8, patienceMs: 60_000, packageDir };

it('follows runs to their ends while a changed workflow is deployed under a new version', async () => {
  const report = await deployWhileFollowed({ ...SCALE, isVersioned: true });

  expect(report).toMatchObject({ violations: [], ended: { Completed: SCALE.runs }, reattached: 0 });
});

it('takes runs up again whose orchestrations a careless deploy has ended', async () => {
  const report = await deployWhileFollowed({ ...SCALE, isVersioned: false });

  expect(report.violations).toEqual([]);
  expect(report.reattached).toBe(SCALE.runs);
});
