import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DurableCaller } from './durable-caller.ts';
import { appDirectory, HostProcess, startHost } from './host-process.ts';
import { httpFunction, temporaryApp } from './temporary-app.ts';

/** The output of a host that does not start. */
async function failure(options: ConstructorParameters<typeof HostProcess>[0]): Promise<string> {
  await using host = new HostProcess(options);
  await expect(host.start()).rejects.toThrow('the host ended with 1');
  return host.output;
}

describe('an app that cannot be loaded', () => {
  it.each([
    ['a file that throws', { 'app.js': "throw new Error('broken at load')" }, 'broken at load'],
    ['a file that is no JavaScript', { 'app.js': 'const = 1' }, 'SyntaxError'],
    ['a module that is missing', { 'app.js': "require('./not-there')" }, 'not-there'],
    ['no matching file', { 'package.json': '{ "main": "dist/*.js" }' }, 'no file matches "main": "dist/*.js"'],
    ['a host.json that is no JSON', { 'app.js': httpFunction('a', '{}'), 'host.json': '{' }, 'host.json is not JSON'],
    ['no functions library', { 'app.js': '' }, 'does not load @azure/functions'],
  ])('because of %s says which and why', async (_, files, message) => {
    const app = temporaryApp(files);
    const output = await failure({ app });
    expect(output).toContain(message);
    expect(output).toContain(app);
    expect(output).not.toContain('listening on');
  });

  it('because of its settings says which and why, and not where in the code', async () => {
    const app = temporaryApp({ 'app.js': "throw Object.assign(new Error('X is missing'), { name: 'ConfigError' })" });
    expect((await failure({ app })).trim()).toBe(`cannot load ${app}/app.js: ConfigError: X is missing`);
  });
});

describe('the command line', () => {
  it('refuses a port in use, a data directory in use and a missing --app', async () => {
    const app = temporaryApp({ 'app.js': httpFunction('a', "{ body: 'a' }") });
    await using host = await startHost({ app });
    expect(await failure({ app, port: Number(new URL(host.url).port) })).toContain('EADDRINUSE');
    expect(await failure({ app, data: host.data })).toContain('another host uses the data directory');
    expect(await failure({ app: '/nowhere' })).toContain('--app /nowhere: no such directory');
  });

  it('prints the listening line plain, everything else as JSON lines, with a line for each function', async () => {
    const app = temporaryApp({ 'app.js': httpFunction('hello', "(context.log('from the app'), { body: 'hi' })") });
    await using host = await startHost({ app });
    await fetch(`${host.url}/api/hello`);
    await expect.poll(() => host.output).toContain('from the app');
    const lines = host.output.trim().split('\n');
    expect(lines).toContain(`listening on ${host.url}`);
    const entries = lines
      .filter((line) => !line.startsWith('listening on'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries).toContainEqual(expect.objectContaining({ message: `hello: [GET] ${host.url}/api/hello` }));
    expect(entries).toContainEqual(
      expect.objectContaining({ category: 'user', message: 'from the app', functionName: 'hello' }),
    );
    expect(entries).toContainEqual(
      expect.objectContaining({
        message: expect.stringMatching(/^Executed 'Functions.hello' \(Succeeded, .*Duration=\d+ms\)$/),
      }),
    );
  });

  it('opens the inspector on loopback with --inspect, and restarts on a change with --watch', async () => {
    const app = temporaryApp({ 'app.js': httpFunction('version', "{ body: 'one' }") });
    const port = await freePort();
    await using host = await startHost({ app, port, args: ['--watch', '--inspect=0'] });
    const version = async (): Promise<string> => (await fetch(`${host.url}/api/version`)).text().catch(() => '');
    expect(await version()).toBe('one');
    await expect.poll(() => host.output).toMatch(/Debugger listening on ws:\/\/127\.0\.0\.1:\d+/);
    writeFileSync(path.join(app, 'app.js'), httpFunction('version', "{ body: 'two' }"));
    await expect.poll(() => version().catch(() => '')).toBe('two');
    expect(await host.stop('SIGTERM')).toBe(0);
  });

  it('runs the app on another worker with --worker', async () => {
    await using host = await startHost({
      app: appDirectory('conformance-app'),
      args: ['--no-auth', '--worker', path.join(import.meta.dirname, 'recording-worker.ts')],
    });
    expect((await new DurableCaller(host).run('helloSequence')).runtimeStatus).toBe('Completed');
    expect(await host.stop()).toBe(0);
    expect(host.output).toContain('recorded: start');
    expect(host.output).toMatch(/recorded: invoke hello activityTrigger\w* 36/);
    expect(host.output).toContain('recorded: stop');
  });
});

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('settings', () => {
  it('set the route prefix, by file or by environment', async () => {
    const app = temporaryApp({
      'app.js': httpFunction('a', "{ body: 'a' }"),
      'host.json': JSON.stringify({ version: '2.0', extensions: { http: { routePrefix: '' } } }),
    });
    await using host = await startHost({ app });
    expect((await fetch(`${host.url}/a`)).status).toBe(200);
    await using other = await startHost({ app, env: { AzureFunctionsJobHost__extensions__http__routePrefix: 'v1' } });
    expect((await fetch(`${other.url}/v1/a`)).status).toBe(200);
  });

  it('come from local.settings.json, where the environment wins, allow the origins of Host.CORS and no others, and disable a function', async () => {
    const app = temporaryApp({
      'app.js': `${httpFunction('a', "{ body: 'a' }")}
for (const name of ['settings', 'disabled'])
  app.http(name, {
    authLevel: 'anonymous',
    handler: () => ({ jsonBody: { a: process.env.FROM_FILE, b: process.env.FROM_BOTH, cwd: process.cwd() } }),
  });`,
      'local.settings.json': JSON.stringify({
        IsEncrypted: false,
        Values: { FROM_FILE: 'file', FROM_BOTH: 'file' },
        Host: { CORS: 'https://one.example,https://two.example', CORSCredentials: true },
      }),
    });
    await using host = await startHost({
      app,
      env: { FROM_BOTH: 'environment', 'AzureWebJobs.disabled.Disabled': 'true' },
    });
    expect(await (await fetch(`${host.url}/api/settings`)).json()).toEqual({ a: 'file', b: 'environment', cwd: app });
    expect((await fetch(`${host.url}/api/disabled`)).status).toBe(404);
    const ask = (origin: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`${host.url}/api/a`, { ...init, headers: { origin, ...(init.headers as object) } });
    const allowed = await ask('https://two.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://two.example');
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    expect((await ask('https://three.example')).headers.get('access-control-allow-origin')).toBe(null);
    const preflight = await ask('https://one.example', {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-a' },
    });
    expect([
      preflight.status,
      preflight.headers.get('access-control-allow-methods'),
      preflight.headers.get('access-control-allow-headers'),
    ]).toEqual([204, 'PUT', 'x-a']);
  });
});

describe('--strict', () => {
  it('gives activities what Azure gives them', async () => {
    await using host = await startHost({ app: appDirectory('conformance-app'), args: ['--no-auth', '--strict'] });
    const durable = new DurableCaller(host);
    const { output } = await durable.run('values', {
      flag: true,
      no: null,
      date: { at: '2026-01-02T03:04:05.100Z', on: '2026-01-02T03:04:05.000Z' },
      number: 7,
    });
    expect(output).toEqual({
      flag: { type: 'string', input: 'True' },
      no: { type: 'string', input: '' },
      date: { type: 'object', input: { at: '2026-01-02T03:04:05.1Z', on: '2026-01-02T03:04:05Z' } },
      number: { type: 'number', input: 7 },
    });
  });
});

describe('--queue-delay', () => {
  it('keeps each message of the task hub on its way for so long, and the admin API counts what they set off', async () => {
    await using host = await startHost({
      app: appDirectory('conformance-app'),
      args: ['--no-auth', '--queue-delay', '150'],
    });
    const durable = new DurableCaller(host);
    const startedMs = Date.now();
    await durable.run('helloSequence');
    // The start, and of three activities the call and its response.
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(7 * 150);
    const counts = await (await fetch(`${host.url}/admin/durable/counts`)).json();
    expect(counts).toMatchObject({ executions: { helloSequence: 4 }, activities: { hello: 3 } });
    await fetch(`${host.url}/admin/durable/counts`, { method: 'DELETE' });
    expect(await (await fetch(`${host.url}/admin/durable/counts`)).json()).toMatchObject({ executions: {} });

    // Without --strict, activities are given what the orchestration gave.
    const { output: kept } = await durable.run('values', { flag: true, date: { on: '2026-01-02T03:04:05.000Z' } });
    expect(kept).toEqual({
      flag: { type: 'boolean', input: true },
      date: { type: 'object', input: { on: '2026-01-02T03:04:05.000Z' } },
    });
  });
});

describe('orchestration versions', () => {
  it('are what the start, the parent or host.json says, and newer ones are turned down as host.json says', async () => {
    const orchestrator =
      "const df = require('durable-functions'); df.app.orchestration('version', function* (context) { return context.df.version; });";
    const host_json = (failure: string): string =>
      JSON.stringify({
        version: '2.0',
        extensions: { durableTask: { defaultVersion: '2.0', versionFailureStrategy: failure } },
      });
    await using host = await startHost({
      app: temporaryApp({ 'app.js': orchestrator, 'host.json': host_json('Fail') }),
    });
    const durable = new DurableCaller(host);
    const start = async (version: string): Promise<string> =>
      (
        (await (await durable.webhook(`orchestrators/version?version=${version}`, { method: 'POST' })).json()) as {
          id: string;
        }
      ).id;
    expect((await durable.run('version')).output).toBe('2.0');
    expect((await durable.end(await start('1.5'))).output).toBe('1.5');
    expect(await durable.end(await start('10.0'))).toMatchObject({
      runtimeStatus: 'Failed',
      output: expect.stringMatching(/^VersionMismatch: /),
    });
  });
});
