import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStack, type Stack } from '../stack.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(new URL('../../docs/local-stack.md', import.meta.url), 'utf8');
const programs = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, program = '']) => program);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ appDir: fileURLToPath(new URL('small-app', import.meta.url)), timeScale: 20 });
});
afterAll(() => stack[Symbol.asyncDispose]());

/** What a program of the page writes to standard output. */
async function outputOf(program: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: repository,
    env: {
      ...process.env,
      DATABRICKS_HOST: stack.databricks.url,
      DATABRICKS_TOKEN: stack.token,
      NODE_EXTRA_CA_CERTS: stack.caFile,
      IDENTITY: stack.identity.url,
      VAULT: stack.vault.url,
      GATEWAY: stack.url,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return Buffer.concat(await child.stdout.toArray()).toString();
}

it.concurrent.each([
  ['submits a run with the SDK', 0, /"params": "value"/],
  ['queries with the SQL driver', 1, /cut: 'Ideal'/],
  ['makes a table', 2, /^SUCCEEDED$/m],
  ['puts a secret into the vault', 3, /^200$/m],
  ['sets where notifications go', 4, /^200$/m],
])('%s as the page says', async (_what, index, output) => {
  expect(await outputOf(programs[index] ?? '')).toMatch(output);
});

it('has no other program on the page, and every setting of npm start', async () => {
  expect(programs).toHaveLength(5);
  const settings = await readFile(new URL('../start-settings.ts', import.meta.url), 'utf8');
  const names = new Set(settings.match(/\b(?:PORT|LOCAL_[A-Z_]+)\b/g));
  for (const name of names) expect(page).toContain(`| \`${name}\``);
});
