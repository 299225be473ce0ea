import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';

const run = promisify(execFile);
const documents = ['README.md', 'docs/mcp.md', 'docs/cli.md'].map((file) => readFileSync(file, 'utf8')).join('\n');
const blocks = [...documents.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const requests = blocks.filter((block) => block.includes('curl -sS'));
const commands = blocks.filter((block) => /^(?:.*\()?gateway |^ *gateway /m.test(block));

/** A folder in which `gateway` is the terminal client of the repository. */
const folder = mkdtempSync(join(tmpdir(), 'gateway-bin-'));
writeFileSync(
  join(folder, 'gateway'),
  `#!/bin/sh\nexec '${process.execPath}' '${join(process.cwd(), 'cli/main.ts')}' "$@"\n`,
);
chmodSync(join(folder, 'gateway'), 0o755);

const { stack } = await shareStack();

it('has requests to try', () => {
  expect(requests.length).toBeGreaterThan(4);
});

it.each(requests)('answers what the documents say to try: %s', async (block) => {
  const script = block
    .replaceAll('http://127.0.0.1:7071', stack.url)
    .replaceAll('curl -sS', 'curl -sS --fail-with-body');

  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script]);

  expect(stdout).not.toBe('');
  expect(stdout).not.toContain('"code":');
});

it('has commands to try', () => {
  expect(commands.length).toBeGreaterThan(4);
});

it.each(commands)('runs what the documents say to type: %s', async (block) => {
  const env = { ...process.env, GATEWAY_URL: stack.url, PATH: `${folder}${delimiter}${process.env['PATH']}` };

  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', block], { env });

  expect(stdout).not.toBe('');
});

it("runs the seed's notebook as the README shows it", async () => {
  const block = requests.find((request) => request.includes('Test_Run_postman')) ?? '';

  const { stdout } = await run('bash', ['-c', block.replaceAll('http://127.0.0.1:7071', stack.url)]);

  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'succeeded', notebook_output: { json: { params: 'test_key' } } });
});
