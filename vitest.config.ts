import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that compute want a core each; those of whole processes wait most of the time. */
const COMPUTING = { maxWorkers: 2 };
const WAITING = { maxWorkers: 4, sequence: { groupOrder: 2 } };

/** Each tier is a folder with its own time budget, from the cheapest to the dearest; `scripts/test.ts` runs them all. */
export default defineConfig({
  test: {
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    pool: 'forks',
    // Most tests of whole processes wait for these to be compiled.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    projects: [
      // A test of milliseconds takes seconds beside others: the budgets tell what hangs from what waits for a core.
      {
        extends: true,
        test: {
          name: 'unit',
          ...COMPUTING,
          sequence: { groupOrder: 0 },
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'simulation',
          ...COMPUTING,
          sequence: { groupOrder: 1 },
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          ...COMPUTING,
          sequence: { groupOrder: 1 },
          include: ['test/{integration,conformance}/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'local',
          ...WAITING,
          include: ['local/*/test/**/*.test.ts', 'local/test/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          ...WAITING,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/build-app.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
