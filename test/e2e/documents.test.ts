import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { shareStack } from '../support/file-stack.ts';

const run = promisify(execFile);

/** The blocks of a document in one language. */
function blocksOf(document: string, language: string): string[] {
  return [...readFileSync(document, 'utf8').matchAll(/```(\w+)\n([\s\S]*?)```/g)]
    .filter(([, fence]) => fence === language)
    .map(([, , block = '']) => block);
}

const requests = blocksOf('README.md', 'sh').filter((block) => block.includes('curl'));

const { stack } = await shareStack();

/** What a block of a shell prints, with the addresses and the data of this stack. */
async function outputOf(block: string): Promise<string> {
  const script = block
    .replaceAll('http://127.0.0.1:7071', stack.url)
    .replaceAll('https://localhost:8443', stack.databricks.url)
    .replaceAll('.local/certificate-authority/ca.pem', stack.caFile)
    .replaceAll('.local/', `${stack.dataDir}/`)
    .replaceAll('curl -sS', 'curl -sS --fail-with-body');
  const env = { ...process.env, GATEWAY: stack.url };
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { env });
  return stdout;
}

it('has requests to try', () => {
  expect(requests.length).toBeGreaterThan(7);
});

it.each(
  [...requests, ...blocksOf('docs/clients.md', 'sh'), ...blocksOf('docs/api.md', 'sh')].map(
    (block, index) => [index + 1, block] as const,
  ),
)('answers what the documents say to try, block %i', async (_, block) => {
  const stdout = await outputOf(block);

  expect(stdout).not.toBe('');
  expect(stdout).not.toContain('"request_id"');
});

it.each([
  ["the seed's notebook", 'Test_Run_postman', /"outcome": "succeeded",[^]*"params": "test_key"\n {4}\}\n {2}\}\n\}\n$/],
  [
    'your own notebook',
    'Users/me/hello.py',
    /^succeeded: 42\nfailed: ValueError: invalid literal for int\(\) .*'ten'\n$/,
  ],
  ['a query', ':price', /^cut,n\r?\nPremium,1807\r?\nIdeal,1770\r?\nVery Good,1124\r?\nGood,374\r?\nFair,147\r?\n$/],
  ['your own table', 'default.mine', /"state":"SUCCEEDED"[^]*x,y\r?\n1,2\.50\r?\n$/],
])('prints of %s what the README shows', async (_what, part, output) => {
  expect(await outputOf(requests.find((block) => block.includes(part)) ?? '')).toMatch(output);
});

it.each([
  ['Python', 'python', 'python3', ['-c']],
  ['TypeScript', 'ts', process.execPath, ['--input-type=module-typescript', '-e']],
] as const)('calls the gateway from %s as docs/clients.md shows', async (language, fence, program, args) => {
  const env = { ...process.env, GATEWAY: stack.url };
  const blocks = blocksOf('docs/clients.md', fence);
  const outputs = await Promise.all(blocks.map((block) => run(program, [...args, block], { env })));

  expect(outputs[0]?.stdout).toBe(`succeeded from ${language}\n`);
  // The rows of a query.
  for (const { stdout } of outputs.slice(1)) expect(stdout).toMatch(/^(\{"cut":".*","price":\d+\}\n){3}$/);
});

it('shows definitions of Logic Apps and Data Factory that are JSON', () => {
  const definitions = blocksOf('docs/clients.md', 'json').map((block) => JSON.parse(block) as unknown);

  expect(definitions).toHaveLength(2);
});

it('shows the recording of the demo as it is today', () => {
  const picture = readFileSync(join('docs', 'demo.svg'), 'utf8');

  expect(picture).toContain('{"status": "ok", "params": "test_key"}');
  expect(picture).toContain('Both came out right.');
});
