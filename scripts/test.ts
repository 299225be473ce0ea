import './plain-output.ts';
import { spawn } from 'node:child_process';
import { startVitest } from 'vitest/node';
import { readCommandLine } from '../local/command-line.ts';
import * as scratchFolder from '../test/support/scratch-folder.ts';
import { TIERS } from '../vitest.config.ts';
import { ProgressReporter } from './progress-reporter.ts';

/**
 * Builds the app, then runs every other check beside every tier of tests, all of them even when one fails, and ends with
 * `N passed, N failed`. Each check counts as one. Names of tiers (`npm test -- unit simulation`) run just those.
 */

const USAGE = `usage: npm test [-- TIER…]

Builds the app and runs every check and every test; with names of tiers, those tests alone.

  unit         pure logic, no clock and no network: 2 minutes
  simulation   lives of runs on a virtual clock
  integration  one module against an emulator
  local        the emulators and the commands themselves
  e2e          the whole stack

One file, or one test: npx vitest run --project=unit FILE -t 'part of its name'`;

// The compiler and the linter's program of types are written in Go. They leave a core to the tests, and collect garbage
// less often, which saves a third of what they compute for some 100 MB.
const CHECK_ENVIRONMENT = { GOMAXPROCS: '1', GOGC: '400' };

const CHECKS: [name: string, command: string[]][] = [
  ['format', ['oxfmt', '--check']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  // One checker: each of several works out again most of the types that all of them need.
  ['types', ['tsc', '--singleThreaded']],
  ['types of the page', ['tsc', '-p', 'web']],
  ['dead code', ['knip']],
];

let passed = 0;
let failed = 0;

const tiers = tiersAskedFor();
if (tiers !== undefined) {
  if (tiers.length === 0) {
    await check('build', ['node', 'scripts/build.ts']);
    process.env['APP_IS_BUILT'] = 'true';
  }
  await Promise.all([tiers.length === 0 ? checkAll() : undefined, test(tiers)]);

  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** None for all of them; undefined where nothing is to be run. */
function tiersAskedFor(): string[] | undefined {
  const asked = readCommandLine({ usage: USAGE, options: {}, allowPositionals: true })?.positionals;
  const unknown = asked?.find((name) => !Object.hasOwn(TIERS, name));
  if (unknown === undefined) return asked;
  console.error(`There is no tier ${unknown}.\n\n${USAGE}`);
  process.exitCode = 1;
  return undefined;
}

/** One after the other: a core is left to the tests. */
async function checkAll(): Promise<void> {
  for (const [name, command] of CHECKS) await check(name, command);
}

/** Runs a command, and prints how long it took, with what it had to say if it failed. */
async function check(name: string, command: string[]): Promise<void> {
  const startedMs = performance.now();
  const { exitStatus, output } = await run(command);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  if (exitStatus === 0) passed++;
  else failed++;
  console.log(`> ${name} ${exitStatus === 0 ? 'passed' : `FAILED: ${command.join(' ')}`} after ${seconds} s`);
  if (exitStatus !== 0) console.log(output);
}

async function run([command = '', ...args]: string[]): Promise<{ exitStatus: number; output: string }> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...CHECK_ENVIRONMENT, ...process.env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitStatus: code ?? 1, output }));
  });
}

/** The tests of whole processes wait most of the time, and leave the cores to those that compute, which run beside them. */
async function test(names: readonly string[]): Promise<void> {
  // `integration` asks for `integration-sign-in` too.
  const asked = Object.keys(TIERS).filter((tier) => names.length === 0 || names.some((name) => tier.startsWith(name)));
  const waiting = asked.filter((tier) => tier === 'e2e');
  const computing = asked.filter((tier) => tier !== 'e2e');
  const reporter = new ProgressReporter();
  // One for both: the first of them to end would remove its own around the other's.
  await scratchFolder.setup();
  process.env['HAS_SCRATCH_FOLDER'] = 'true';
  try {
    await Promise.all(
      [waiting, computing].filter(({ length }) => length > 0).map((group) => runTiers(group, reporter)),
    );
  } finally {
    await scratchFolder.teardown();
  }
  passed += reporter.passed;
  failed += reporter.failed;
}

async function runTiers(project: string[], reporter: ProgressReporter): Promise<void> {
  const vitest = await startVitest([], { run: true, watch: false, project, reporters: [reporter] });
  await vitest.close();
}
