import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { expect, it, onTestFinished } from 'vitest';
import { runCli, type CliAnswer } from '../support/cli.ts';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const { stack, gateway } = await shareStack();
const PLANTED = 'planted-function-key-0123456789';
const ESCAPE = '\u001B';
const env = { GATEWAY_URL: stack.url, GATEWAY_KEY: PLANTED };
const cluster = ['--cluster', '0101-000000-local00'];
const work = (...parameters: string[]) => [
  'run',
  '--notebook',
  '/Simulated/work',
  ...cluster,
  ...parameters.flatMap((parameter) => ['-p', parameter]),
];

const cli = async (args: readonly string[], options: { stdin?: string; isTTY?: boolean } = {}): Promise<CliAnswer> => {
  const answer = await runCli(args, { env, ...options });
  expect(`${answer.stdout}${answer.stderr}`).not.toContain(PLANTED);
  return answer;
};

it("runs the seed's notebook: its result on standard output, a line for each state elsewhere", async () => {
  const { code, stdout, stderr } = await cli([
    'run',
    '--notebook',
    '/Shared/test_notebook',
    ...cluster,
    '-p',
    'key=test_key',
  ]);

  expect({ code, stdout }).toEqual({ code: 0, stdout: '{"status": "ok", "params": "test_key"}\n' });
  expect(stderr).toMatch(/^Run [0-9a-f]+\n/);
  expect(stderr).toMatch(/ s {2}(?:queued|pending|running)/);
  expect(stderr).toContain(': succeeded');
  expect(stderr).not.toContain(ESCAPE);
});

it('shows one live line on a terminal, and clears it', async () => {
  const { stdout, stderr } = await cli(work('seconds=1', `result=${ESCAPE}[31mred`), { isTTY: true });

  expect(stderr).toMatch(new RegExp(`\\r${ESCAPE}\\[2K +\\d+\\.\\d s {2}running`));
  expect(stdout).toBe('�[31mred\n');
});

it('sends a body from standard input as it is, and prints the result document as it came', async () => {
  const body = JSON.stringify({ ...simulated(0, { result: '{"n":12345678901234567890}' }), run_name: 'from stdin' });

  const { code, stdout } = await cli(['run', '-', '--json'], { stdin: body });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ run_name: 'from stdin', outcome: 'succeeded' });
  expect(stdout).toContain('"json":{"n":12345678901234567890}');
});

it.each<[what: string, code: number, args: string[], said: string]>([
  [
    'code that fails',
    10,
    work('seconds=0', 'result_state=FAILED', 'error=It broke.', 'error_trace=line 7'),
    'failed (user_code): ',
  ],
  ['a run that takes too long', 14, [...work('seconds=60'), '--timeout', '1'], 'timed_out (timeout): '],
])('ends by the class of the failure and says why, for %s', async (_what, code, args, said) => {
  const answer = await cli(args);

  expect({ code: answer.code, stdout: answer.stdout }).toEqual({ code, stdout: '' });
  expect(answer.stderr).toContain(said);
});

it('runs templates and saved jobs with their parameters', async () => {
  const template = await cli(['run', '--template', 'greet', '-p', 'key=hello', '-p', 'number:=42']);
  const wrong = await cli(['run', '--template', 'greet', '-p', 'key=hello', '-p', 'number=many']);
  await gateway.send(
    'POST',
    `${stack.databricks.url}/api/2.2/jobs/create`,
    { name: 'cli/nightly', tasks: [{ task_key: 'only', ...simulated(0, { result: 'of the job' }) }] },
    { authorization: `Bearer ${stack.databricks.token}` },
  );
  const job = await cli(['job', 'cli/nightly', '--label', 'team=a', '--json']);

  expect(template.stdout).toContain('"params": "hello"');
  expect({ code: wrong.code, says: wrong.stderr.includes('/parameters/number') }).toEqual({ code: 3, says: true });
  expect(job.code).toBe(0);
  expect(JSON.parse(job.stdout)).toMatchObject({ labels: { team: 'a' }, notebook_output: { result: 'of the job' } });
});

it('leaves a run, lists it, watches it, cancels it and prints what it wrote', async () => {
  const left = await cli([...work('seconds=60'), '--name', `${ESCAPE}[2Jhostile`, '--label', 'cli=left', '--no-wait']);
  const id = left.stdout.trim();
  const listed = await cli(['list', '--label', 'cli:left']);
  const page = await cli(['list', '--label', 'cli:left', '--json']);
  const canceled = await cli(['cancel', id]);
  const watched = await cli(['watch', id]);
  const failed = await cli([
    ...work('seconds=0', 'result_state=FAILED', 'error_trace=line 7', 'result=x'),
    '--no-wait',
  ]);
  const logs = await cli(['logs', failed.stdout.trim()]);

  expect([left.code, listed.code, page.code, canceled.code, watched.code, logs.code]).toEqual([0, 0, 0, 0, 15, 0]);
  expect(listed.stdout.split('\n')[2]).toContain(id);
  expect(listed.stdout).toContain('�[2Jhostile');
  expect(listed.stdout).not.toContain(ESCAPE);
  expect(JSON.parse(page.stdout)).toMatchObject({ runs: [{ id }] });
  expect(canceled.stderr).toContain('canceled');
  expect(logs.stdout).toContain('line 7');
});

it('asks the policy and runs nothing', async () => {
  const { code, stdout } = await cli([...work('seconds=0'), '--label', 'cli=validated', '--validate-only']);

  expect({ code, answer: JSON.parse(stdout) as unknown }).toMatchObject({ code: 0, answer: { allowed: true } });
  expect((await gateway.get('/api/runs?label=cli:validated')).body.runs).toEqual([]);
});

it('prints rows in every form, exactly', async () => {
  const statement = 'SELECT :id AS id, CAST(:text AS STRING) AS text';
  const sql = (...more: string[]) =>
    cli(['sql', statement, '-p', 'id:BIGINT=9007199254740993', '-p', 'text=ü', ...more]);

  expect((await sql()).stdout).toBe('id,text\r\n9007199254740993,ü\r\n');
  expect((await sql('--format', 'ndjson')).stdout).toBe('{"id":"9007199254740993","text":"ü"}\n');
  expect((await sql('--format', 'table')).stdout.split('\n').slice(2)).toEqual(['9007199254740993  ü', '']);
  expect(JSON.parse((await sql('--json')).stdout)).toMatchObject({ rows: [['9007199254740993', 'ü']] });
  expect(
    tableFromIPC((await sql('--format', 'arrow')).bytes)
      .get(0)
      ?.toJSON(),
  ).toEqual({
    id: 9_007_199_254_740_993n,
    text: 'ü',
  });
  expect((await cli(['sql', '--file', '-'], { stdin: 'SELECT 1 AS one' })).stdout).toBe('one\r\n1\r\n');
});

it('ends by what the gateway refuses', async () => {
  const forbidden = await cli(['sql', 'DROP TABLE default.diamonds', '--json']);
  const missing = await cli(['watch', '0123456789abcdef']);
  const unacceptable = await cli(['run', '-'], { stdin: '{"tasks":[{"task_key":"a"}],"job_clusters":[]}' });

  expect([forbidden.code, missing.code, unacceptable.code]).toEqual([4, 3, 3]);
  expect(JSON.parse(forbidden.stdout)).toMatchObject({ code: 'STATEMENT_NOT_ALLOWED' });
  expect(missing.stderr).toContain('RUN_NOT_FOUND');
});

/** A server that loses the first response to a submit, and remembers what it was sent. */
async function losingServer() {
  const headers: NodeJS.Dict<string | string[]>[] = [];
  const server = createServer((incoming, outgoing) => {
    headers.push(incoming.headers);
    const isLost = incoming.method === 'POST' && headers.filter((one) => one['idempotency-key']).length === 1;
    const { method, url } = incoming;
    const sent = forward(`${stack.url}${url}`, { method, headers: incoming.headers }, (response) => {
      if (isLost) {
        response.resume().once('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(outgoing);
    });
    incoming.pipe(sent);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { headers, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it('submits again where the response was lost, and starts one run', async () => {
  const { headers, url } = await losingServer();
  const { code } = await cli([...work('seconds=0'), '--label', 'cli=lost', '--url', url]);
  const keys = headers.flatMap((one) => one['idempotency-key'] ?? []);

  expect(code).toBe(0);
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
  expect((await gateway.get('/api/runs?label=cli:lost')).body.runs).toHaveLength(1);
  expect(headers.every((one) => one['x-functions-key'] === PLANTED)).toBe(true);
});

it('never sends a statement twice', async () => {
  let statements = 0;
  const server = createServer((incoming) => {
    statements += 1;
    incoming.socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  expect((await cli(['sql', 'SELECT 1', '--url', url])).code).toBe(5);
  expect(statements).toBe(1);
});

const MAIN = join(import.meta.dirname, '../../cli/main.ts');
const NODE_22 = join(import.meta.dirname, '../../node_modules/node-22/bin/node');

/** A real process, interrupted as by Ctrl-C once it follows its run. */
async function interrupted(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const isFirst = !stderr.includes(' s  ');
    stderr += text;
    if (isFirst && stderr.includes(' s  ')) child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr, id: /^Run (\w+)/.exec(stderr)?.[1] ?? '' };
}

it('leaves a run at Ctrl-C and says so, or cancels it where that was asked for', async () => {
  const [left, canceled] = await Promise.all([
    interrupted(work('seconds=60')),
    interrupted([...work('seconds=60'), '--cancel-on-interrupt']),
  ]);

  expect(left.code).toBe(130);
  expect(left.stderr).toContain(`The run goes on. gateway watch ${left.id}`);
  expect((await gateway.get(`/api/runs/${left.id}`)).body.outcome).toBeNull();
  expect(canceled.code).toBe(15);
  await gateway.send('DELETE', `/api/runs/${left.id}`);
});

it('is published as one file that runs by itself, on Node 22 too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const run = promisify(execFile);
  await run(process.execPath, ['scripts/package-cli.ts', join(folder, 'package')]);
  const { stdout: packed } = await run('npm', ['pack', '--json', './package'], { cwd: folder });
  const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  await run('tar', ['-xzf', filename], { cwd: folder });
  const program = join(folder, 'package/gateway.js');

  expect(files.map(({ path }) => path).toSorted()).toEqual(['LICENSE', 'README.md', 'gateway.js', 'package.json']);
  expect(JSON.parse(await readFile(join(folder, 'package/package.json'), 'utf8'))).toMatchObject({
    bin: { gateway: 'gateway.js' },
    engines: { node: '>=22' },
  });
  const options = { cwd: folder, env: { ...process.env, ...env } };
  for (const [file, ...args] of [[program], [NODE_22, program]]) {
    const { stdout } = await run(file!, [...args, 'sql', 'SELECT 1 AS one'], options);
    expect(stdout).toBe('one\r\n1\r\n');
  }
});
