import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

interface Tier {
  include: string[];
  exclude?: string[];
  /** How long a test may take: tells what hangs from what waits for a core. */
  timeoutMs: number;
  /** Whether each file has a process of its own. @default false */
  isolate?: boolean;
}

// The Azure SDK keeps the tokens of a managed identity for the whole process, whoever asks for them:
// no other file asks for one.
const SIGN_IN = 'test/integration/databricks/{identity,token-provider}.test.ts';

/** The tiers, in the order in which they start. */
export const TIERS: Record<string, Tier> = {
  e2e: { include: ['test/e2e/**/*.test.ts'], timeoutMs: 120_000 },
  integration: { include: ['test/{integration,conformance}/**/*.test.ts'], exclude: [SIGN_IN], timeoutMs: 60_000 },
  'integration-sign-in': { include: [SIGN_IN], timeoutMs: 60_000, isolate: true },
  local: { include: ['local/*/test/**/*.test.ts', 'local/test/**/*.test.ts'], timeoutMs: 120_000 },
  simulation: { include: ['test/simulation/**/*.test.ts'], timeoutMs: 120_000 },
  unit: { include: ['test/unit/**/*.test.ts'], timeoutMs: 60_000 },
};

/**
 * Test files at once. `npm test` runs the tests of whole processes, which use a quarter of a core each, beside those that
 * compute; more of the first hold each other up.
 */
const WORKERS = { waiting: 4, computing: 2 };

export default defineConfig({
  test: {
    pool: 'forks',
    globalSetup: ['test/support/scratch-folder.ts'],
    projects: Object.entries(TIERS).map(([name, { include, exclude = [], timeoutMs, isolate = false }]) => ({
      extends: true,
      test: {
        name,
        include,
        exclude,
        // A worker keeps its modules from one file of a tier to the next: half of the time of a short file is loading.
        isolate,
        maxWorkers: name === 'e2e' ? WORKERS.waiting : WORKERS.computing,
        sequence: { groupOrder: name === 'e2e' ? 0 : 1 },
        testTimeout: timeoutMs,
        hookTimeout: 120_000,
        // Nothing waits so long that comes; a busy machine takes its time.
        expect: { poll: { timeout: 30_000 } },
        restoreMocks: true,
        unstubEnvs: true,
        unstubGlobals: true,
        setupFiles: ['test/support/real-timers.ts'],
        globalSetup: name === 'e2e' ? ['test/support/build-app.ts'] : [],
        // Most tests of whole processes wait for these to be compiled.
        env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
      },
    })),
  },
});
