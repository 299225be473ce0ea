import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that compute want a core each; those of whole processes wait most of the time. */
const COMPUTING = { maxWorkers: 2, sequence: { groupOrder: 0 } };
const WAITING = { maxWorkers: 4, sequence: { groupOrder: 1 } };

/** Each tier is a folder with its own time budget; `scripts/test.ts` runs them all. */
export default defineConfig({
  test: {
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    pool: 'forks',
    // Most tests of whole processes wait for these to be compiled.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    projects: [
      { extends: true, test: { name: 'unit', ...COMPUTING, include: ['test/unit/**/*.test.ts'], testTimeout: 5_000 } },
      {
        extends: true,
        test: {
          name: 'integration',
          ...COMPUTING,
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
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
