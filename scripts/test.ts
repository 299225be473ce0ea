import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs every check and every tier of tests from the cheapest to the dearest, all of them even when one fails, and ends
 * with `N passed, N failed`. Each check counts as one. Names of tiers (`npm test -- unit simulation`) run just those.
 */

const CHECKS: [name: string, command: string[]][] = [
  ['format', ['oxfmt', '--check']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  ['types', ['tsc']],
  ['dead code', ['knip']],
  ['build', ['node', 'scripts/build.ts']],
];

const scratch = await mkdtemp(join(tmpdir(), 'gateway-test-'));
const reportFile = join(scratch, 'report.json');
let passed = 0;
let failed = 0;

const tiers = process.argv.slice(2);

for (const [name, command] of tiers.length === 0 ? CHECKS : []) {
  if ((await step(name, command)) === 0) passed++;
  else failed++;
}

const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
const projects = tiers.map((tier) => `--project=${tier}`);
const status = await step('tests', ['vitest', 'run', ...projects, ...reporters]);
const report = await readReport();
passed += report.numPassedTests;
failed += report.numFailedTests;
// A file that cannot be loaded, or an error outside every test, fails the run without a failed test.
if (status !== 0 && report.numFailedTests === 0) failed++;

await rm(scratch, { recursive: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs a command and prints how long it took; returns its exit status. */
async function step(name: string, command: string[]): Promise<number> {
  console.log(`\n> ${name}: ${command.join(' ')}`);
  const startedMs = performance.now();
  const exitStatus = await run(command);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  console.log(`> ${name}: ${exitStatus === 0 ? 'passed' : 'failed'} after ${seconds} s`);
  return exitStatus;
}

async function run([command = '', ...args]: string[]): Promise<number> {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function readReport(): Promise<{ numPassedTests: number; numFailedTests: number }> {
  const text = await readFile(reportFile, 'utf8').catch(() => '{"numPassedTests":0,"numFailedTests":0}');
  return JSON.parse(text) as { numPassedTests: number; numFailedTests: number };
}
