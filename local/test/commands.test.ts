import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, isListening, isRunning } from './processes.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'commands-'));
  if (!existsSync(join(repository, 'dist/main.js'))) await ended(run('scripts/build.ts', {}));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Program {
  child: ChildProcess;
  lines: string[];
  /** Resolves with the first line of standard output that matches. */
  line(pattern: RegExp): Promise<string>;
}

function run(script: string, env: Record<string, string>, cwd = repository): Program {
  // As from a terminal, not from npm; temporary directories of the program's own land in one that can be looked at.
  const { npm_lifecycle_event: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [script], {
    cwd,
    env: { ...inherited, TMPDIR: dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  return {
    child,
    lines,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
        };
        waiting.add(look);
        look();
        child.once('close', () => reject(new Error(`No line matches ${pattern}:\n${lines.join('\n')}`)));
      }),
  };
}

/** As in many companies; nobody listens there. Node's own `fetch` obeys it too then. */
const PROXY = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1' };

/** Where characters have a meaning in URLs, in shells and in stack traces. */
const STRANGE_NAME = 'Prøject 漢 (copy) #1 100% & more';

/** A checkout of the project in a folder that nobody would choose, in which no `dist` can be made. */
async function strangeCheckout(): Promise<string> {
  const root = join(dir, STRANGE_NAME);
  const packages = join(repository, 'node_modules');
  await mkdir(join(root, 'node_modules'), { recursive: true });
  const parts = ['local', 'scripts', 'src', 'web', 'settings', 'host.json', 'package.json', 'package-lock.json'];
  for (const name of parts) await cp(join(repository, name), join(root, name), { recursive: true });
  for (const name of await readdir(packages)) {
    // It looks for its own files by where it is, and a link would be followed.
    if (name === 'pyodide') await cp(join(packages, name), join(root, 'node_modules', name), { recursive: true });
    else await symlink(join(packages, name), join(root, 'node_modules', name));
  }
  await writeFile(join(root, 'dist'), 'in the way');
  return root;
}

async function ended({ child }: Program): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return child.exitCode;
}

describe('npm start', () => {
  /** Another start in the directory exits non-zero, saying so, and empties nothing. */
  async function startsNoSecond(dataDir: string, healthUrl: string): Promise<void> {
    const second = run('local/start.ts', { PORT: '0', LOCAL_DATA_DIR: dataDir, LOCAL_FRESH: '1' });
    expect(await ended(second)).toBe(1);
    expect(second.lines).toEqual([`Another stack uses ${dataDir}; LOCAL_DATA_DIR names another directory.`]);
    expect((await fetch(healthUrl)).status).toBe(200);
    expect(await readdir(dataDir)).toContain('certificate-authority');
  }

  it('empties its directory on request, says where everything is, keeps others from its directory, stops, starts again', async () => {
    const dataDir = join(dir, 'data');
    await mkdir(join(dataDir, 'certificate-authority'), { recursive: true });
    await writeFile(join(dataDir, 'left-over.txt'), 'by an earlier start');
    const env = { PORT: '0', LOCAL_DATA_DIR: dataDir, ...PROXY };
    const tokens: string[] = [];
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const start = run('local/start.ts', { ...env, ...(signal === 'SIGINT' ? { LOCAL_FRESH: '1' } : {}) });
      await start.line(/^ready http:\/\/127\.0\.0\.1:\d+$/);
      const printed = start.lines.filter((line) => /^[a-z-]+ \S+$/.test(line)).map((line) => line.split(' '));
      expect(printed.map(([name]) => name)).toEqual([
        'databricks',
        'http-path',
        'notebooks',
        'ca',
        'vault',
        'identity',
        'event-grid',
        'storage',
        'token',
        'ready',
      ]);
      const urls = printed.filter(([, value]) => value!.startsWith('http')).map(([, url]) => url!);
      expect(await Promise.all(urls.map(isListening))).toEqual(Array(6).fill(true));
      tokens.push(printed.find(([name]) => name === 'token')![1]!);

      if (signal === 'SIGINT') await startsNoSecond(dataDir, `${printed.at(-1)?.[1]}/api/health`);
      const children = await childrenOf(start.child.pid!);
      start.child.kill(signal);
      expect(await ended(start)).toBe(0);
      expect(children.filter(isRunning)).toEqual([]);
      expect(await Promise.all(urls.map(isListening))).toEqual(Array(6).fill(false));
    }
    expect(tokens[0]).toBe(tokens[1]);
    expect(await readdir(dataDir)).not.toContain('left-over.txt');
  });

  it.each([
    ['plain http', { DATABRICKS_HOST: 'http://adb-1.azuredatabricks.net' }, /plain http is accepted for loopback/],
    ['an unresolved reference', { DATABRICKS_TOKEN: '@Microsoft.KeyVault(SecretUri=https://v/s)' }, /DATABRICKS_TOKEN/],
    ['settings that the gateway refuses', { WORKSPACES: '{' }, /WORKSPACES/],
  ])('exits non-zero on %s, saying so', async (_what, env, reason) => {
    const start = run('local/start.ts', { PORT: '0', LOCAL_DATA_DIR: join(dir, 'bad'), ...env });
    expect(await ended(start)).toBe(1);
    expect(start.lines.join('\n')).toMatch(reason);
    expect(start.lines.filter((line) => /^\s+at /.test(line))).toEqual([]);
  });

  it('exits non-zero when its port is in use, saying so', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const start = run('local/start.ts', { PORT: String(port), LOCAL_DATA_DIR: join(dir, 'bad') });
    expect(await ended(start)).toBe(1);
    expect(start.lines).toEqual([expect.stringContaining(`Port ${port} is in use`)]);
    server.close();
  });
});

describe('npm run demo', () => {
  it('works in any folder, without a place for its bundle, behind a proxy and without a terminal: it shows states, result and table, and leaves nothing behind', async () => {
    const demo = run('local/demo.ts', PROXY, await strangeCheckout());
    expect(await ended(demo)).toBe(0);
    expect(demo.lines).toContain('{"status": "ok", "params": "test_key"}');
    expect(demo.lines.join('\n')).toMatch(
      /s (queued|submitting|pending|running)\n[^]*completed: succeeded\n[^]*carat +cut[^]*0\.23 +Ideal/,
    );
    expect((await readdir(dir)).filter((name) => name.startsWith('databricks-gateway-'))).toEqual([]);
  });

  it.each([
    ['while it starts', /^Starting/],
    ['in the middle of the run', /POST \/api\/runs/],
  ])('leaves nothing behind when it is interrupted %s', async (_when, line) => {
    const demo = run('local/demo.ts', {});
    await demo.line(line);
    const children = await childrenOf(demo.child.pid!);
    demo.child.kill('SIGINT');
    expect(await ended(demo)).toBe(130);
    expect(children.filter(isRunning)).toEqual([]);
    expect((await readdir(dir)).filter((name) => name.startsWith('databricks-gateway-'))).toEqual([]);
  });
});
