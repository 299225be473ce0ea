import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundleChanged } from '../../bench/deploy/changed-bundle.ts';
import { deployWhileFollowed } from '../../bench/deploy/deploy.ts';

// The repository is a function app, which has been built before the tests; to bundle it is half of the work here.
const folder = await mkdtemp(join(tmpdir(), 'gateway-made-'));
const made = { appDir: join(folder, 'app'), changedDir: join(folder, 'changed') };
const filter = (source: string) => !source.endsWith('.map');
for (const path of ['dist', 'host.json', 'package.json', 'settings'])
  await cp(path, join(made.appDir, path), { recursive: true, filter });
await bundleChanged(made.changedDir);
afterAll(() => rm(folder, { recursive: true }));

const SCALE = { runs: 6, seconds: 8, patienceMs: 60_000, made };

it('follows runs to their ends while a changed workflow is deployed under a new version', async () => {
  const report = await deployWhileFollowed({ ...SCALE, isVersioned: true });

  expect(report).toMatchObject({ violations: [], ended: { Completed: SCALE.runs }, reattached: 0 });
});

it('takes runs up again whose orchestrations a careless deploy has ended', async () => {
  const report = await deployWhileFollowed({ ...SCALE, isVersioned: false });

  expect(report.violations).toEqual([]);
  expect(report.reattached).toBe(SCALE.runs);
});
