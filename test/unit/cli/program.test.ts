import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMMANDS } from '../../../cli/commands.ts';
import { EXIT, EXIT_OF_FAILURE, exitCodeOfRun, exitCodeOfStatus } from '../../../cli/exit-codes.ts';
import { parametersJson } from '../../../cli/parameters.ts';
import { textTable } from '../../../cli/text-table.ts';
import { runCli } from '../../support/cli.ts';

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:1';
const PLANTED = 'planted-key-0123456789';

it.each(Object.keys(COMMANDS))('says how %s is used, without an address', async (name) => {
  const { code, stdout, stderr } = await runCli([name, '--help']);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`gateway ${name}`);
  for (const option of Object.keys(COMMANDS[name as keyof typeof COMMANDS].options))
    expect(stdout).toContain(`--${option}`);
});

it.each<[what: string, args: string[], env?: Record<string, string>]>([
  ['no command', []],
  ['an unknown command', ['explode']],
  ["a command that is JavaScript's", ['constructor']],
  ['an unknown flag', ['list', '--force']],
  ['a flag that is given twice', ['list', '--limit', '1', '--limit', '2']],
  ['a flag without its value', ['list', '--limit']],
  ['too many operands', ['watch', 'a', 'b']],
  ['too few', ['cancel']],
  ['no address', ['list'], { GATEWAY_URL: '' }],
  ['an address that is none', ['list', '--url', 'gateway']],
  ['an address with credentials', ['list', '--url', `https://u:${PLANTED}@gateway.example`]],
  ['credentials over plain http', ['list', '--url', 'http://gateway.example', '--key', PLANTED]],
  ['a key and a token', ['list', '--key', PLANTED, '--token', PLANTED]],
  ['a key that ends its header', ['list', '--key', `${PLANTED}\r\nx: y`]],
  ['a notebook and a template', ['run', '--notebook', '/a', '--template', 'b']],
  ['a file that is not there', ['run', '/nowhere/body.json']],
  ['a file and a label', ['run', '-', '--label', 'a=b']],
  ['a time that is none', ['run', '--notebook', '/a', '--timeout', 'soon']],
  ['a parameter without a name', ['run', '--notebook', '/a', '-p', '=x']],
  ['a parameter that is no JSON', ['run', '--template', 'a', '-p', 'x:=y']],
  ['a parameter twice', ['run', '--template', 'a', '-p', 'x=1', '-p', 'x=2']],
  ['a form that nobody knows', ['sql', 'SELECT 1', '--format', 'xml']],
  ['no statement', ['sql']],
])('refuses %s, sends nothing and prints no credentials', async (_what, args, env = {}) => {
  const { code, stdout, stderr } = await runCli(args, { env: { GATEWAY_URL: NOWHERE, ...env } });

  expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: '' });
  expect(stderr).toMatch(/gateway/);
  expect(stderr).not.toContain(PLANTED);
});

it('says that no gateway is there, and neither key nor token', async () => {
  for (const env of [{ GATEWAY_KEY: PLANTED }, { GATEWAY_TOKEN: PLANTED }]) {
    const { code, stderr } = await runCli(['list', '--retry-seconds', '0'], { env: { GATEWAY_URL: NOWHERE, ...env } });

    expect({ code, stderr }).toEqual({ code: 5, stderr: 'No response from the gateway: ECONNREFUSED.\n' });
  }
});

it('ends by outcome and failure, also of gateways that know more of them', () => {
  expect(exitCodeOfRun('succeeded', undefined)).toBe(0);
  expect(exitCodeOfRun('succeeded_with_failures', 'user_code')).toBe(0);
  expect(exitCodeOfRun('failed', 'capacity')).toBe(12);
  expect(exitCodeOfRun('rejected', 'permission')).toBe(16);
  expect(exitCodeOfRun('lost', undefined)).toBe(13);
  expect(exitCodeOfRun('failed', 'weather')).toBe(10);
  expect(exitCodeOfRun('evaporated', 'weather')).toBe(1);
  expect([400, 401, 403, 404, 409, 422, 429, 500, 503].map((status) => exitCodeOfStatus(status))).toEqual([
    3, 4, 4, 3, 3, 3, 5, 5, 5,
  ]);
});

it('lists every code that it ends with in its page', () => {
  const page = readFileSync('docs/cli.md', 'utf8');
  const listed = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));

  expect(listed).toEqual([...Object.values(EXIT), ...Object.values(EXIT_OF_FAILURE), 17].toSorted((a, b) => a - b));
});

it('keeps the digits of a parameter, and the texts that look like JSON', () => {
  expect(parametersJson(['a:=12345678901234567890', 'b=1', 'c=x=y', 'd:={"e":[1.50]}', 'f='])).toBe(
    '{"a":12345678901234567890,"b":"1","c":"x=y","d":{"e":[1.50]},"f":""}',
  );
});

it('draws a table as wide as its cells, of what a terminal shows as it is', () => {
  const rows = [
    [1, '👩‍👩‍👧 x'],
    [10, 'a\u001B[2J\nb'],
    [null, undefined],
  ];

  expect(textTable(['n', 'name'], rows)).toBe(' n  name\n--  -------\n 1  👩‍👩‍👧 x\n10  a�[2J b\n\n');
});
