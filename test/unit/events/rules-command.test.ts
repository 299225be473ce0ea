import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const commands = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^npm run rules -- (.*)$/gm)].map(
  ([, command = '']) => command,
);

it('has commands to try', () => {
  expect(commands).toHaveLength(3);
});

it.each(commands)('does what docs/operations.md says: %s', async (command) => {
  const { stdout } = await run('bash', ['-c', `exec "${process.execPath}" scripts/rules.ts ${command}`]);

  expect(stdout).toContain(command === 'check' ? 'can be used' : '"rule": "greet-what-lands"');
});
