import './plain-output.ts';
import { spawn } from 'node:child_process';
import { startVitest } from 'vitest/node';
import { ProgressReporter } from './progress-reporter.ts';

/**
 * Builds the app, then runs every other check beside every tier of tests, all of them even when one fails, and ends with
 * `N passed, N failed`. Each check counts as one. Names of tiers (`npm test -- unit simulation`) run just those.
 */

const CHECKS: [name: string, command: string[]][] = [
  ['format', ['oxfmt', '--check']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  ['types', ['tsc']],
  ['dead code', ['knip']],
];

let passed = 0;
let failed = 0;

const tiers = process.argv.slice(2);

if (tiers.length === 0) {
  await check('build', ['node', 'scripts/build.ts']);
  process.env['APP_IS_BUILT'] = 'true';
}
await Promise.all([tiers.length === 0 ? checkAll() : undefined, test()]);

console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** One after the other: a core is left to the tests, which wait most of the time at first. */
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
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
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

async function test(): Promise<void> {
  const reporter = new ProgressReporter();
  const vitest = await startVitest([], {
    run: true,
    watch: false,
    project: tiers.map((tier) => `${tier}*`),
    reporters: [reporter],
  });
  await vitest.close();
  passed += reporter.passed;
  failed += reporter.failed;
}
