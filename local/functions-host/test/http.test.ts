import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appDirectory, type HostProcess, startHost } from './host-process.ts';

let host: HostProcess;

beforeAll(async () => {
  host = await startHost({ app: appDirectory('conformance-app'), args: [] });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(host.url + path, { headers });
}

describe('routes', () => {
  it('give parameters, query, headers and body to the handler', async () => {
    const response = await fetch(`${host.url}/api/echo/abc/5?x=1&x=2&y=%20`, {
      method: 'POST',
      body: 'text',
      headers: { 'x-given': 'v' },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-answer')).toBe('yes');
    expect(await response.json()).toMatchObject({
      url: `${host.url}/api/echo/abc/5?x=1&x=2&y=%20`,
      params: { kind: 'abc', id: '5' },
      query: { y: ' ' },
      headers: { 'x-given': 'v' },
      body: 'text',
    });
  });

  it.each([
    ['/api/echo/abc', 201],
    ['/api/ECHO/abc', 201],
    ['/api/echo/abc/x', 404],
    ['/api/echo/123', 404],
    ['/api/echo', 404],
    ['/echo/abc', 404],
    ['/api/nowhere', 404],
    ['/api/echo/abc/', 201],
    ['//api/echo/abc', 404],
    ['/api//echo/abc', 404],
    ['/api/echo//abc', 404],
    ['/api/echo/abc//', 404],
    ['//', 404],
    ['/', 200],
  ])('respond to %s with %d', async (path, status) => {
    expect((await get(path)).status).toBe(status);
  });

  it('respond to another method with a 404', async () => {
    expect((await fetch(`${host.url}/api/echo/abc`, { method: 'PUT' })).status).toBe(404);
  });

  it('match the rest of a path', async () => {
    expect(await (await get('/api/files/a/b%20c/d.txt')).text()).toBe('a/b c/d.txt');
  });

  it.each([
    ['a%2Fb', 'a%2Fb'],
    ['a%2fb', 'a%2fb'],
    ['a%252Fb', 'a%2Fb'],
    ['a%20%C3%A4%23%3F', 'a ä#?'],
    ['a%5Cb', 'a\\b'],
  ])('undo the percent-encoding of %s but for a slash', async (segment, expected) => {
    expect(await (await get(`/api/files/${segment}`)).text()).toBe(expected);
  });
});

describe('responses', () => {
  it('carry cookies', async () => {
    const cookies = (await get('/api/cookies')).headers.getSetCookie();
    expect(cookies).toEqual([
      expect.stringMatching(/^a=1; .*httponly/i),
      expect.stringMatching(/^b=2; .*samesite=lax/i),
    ]);
  });

  it('are a 500 when the handler throws, and its error is in the log', async () => {
    expect((await get('/api/throwing')).status).toBe(500);
    await expect.poll(() => host.output).toContain('the handler throws');
  });

  it('are a 204 when the handler returns nothing', async () => {
    expect((await get('/api/empty')).status).toBe(204);
  });

  it('take bodies of 20 MB and refuse those over 100 MB', async () => {
    const response = await fetch(`${host.url}/api/size`, { method: 'POST', body: Buffer.alloc(20_000_000) });
    expect(await response.json()).toEqual({ bytes: 20_000_000 });
    const refused = await new Promise<number | undefined>((resolve, reject) => {
      const request = http.request(`${host.url}/api/size`, {
        method: 'POST',
        headers: { 'content-length': '104857601' },
      });
      request.once('response', (response) => resolve(response.statusCode));
      request.once('error', reject);
      request.flushHeaders();
    });
    expect(refused).toBe(413);
  });
});

describe('keys', () => {
  it.each([
    ['forFunctionKey', undefined, 401],
    ['forFunctionKey', 'nonsense', 401],
    ['forFunctionKey', 'function', 200],
    ['forFunctionKey', 'master', 200],
    ['forFunctionKey', 'system', 401],
    ['forAdminKey', 'function', 401],
    ['forAdminKey', 'master', 200],
  ])('%s with key %s responds with %d', async (name, kind, status) => {
    const { keys } = host;
    const key =
      { function: keys.functionKeys['default'], master: keys.master, system: keys.systemKeys['durabletask_extension'] }[
        kind ?? ''
      ] ?? kind;
    expect((await get(`/api/${name}`, key ? { 'x-functions-key': key } : {})).status).toBe(status);
    expect((await get(`/api/${name}${key ? `?code=${key}` : ''}`)).status).toBe(status);
  });

  it('in the header win over those in the query', async () => {
    const { master } = host.keys;
    expect((await get(`/api/forAdminKey?code=${master}`, { 'x-functions-key': 'wrong' })).status).toBe(401);
  });

  it('open each webhook with its own system key or the master key only', async () => {
    const { systemKeys, master, functionKeys } = host.keys;
    const path = '/runtime/webhooks/durabletask/instances';
    const statuses = [
      undefined,
      functionKeys['default'],
      systemKeys['eventgrid_extension'],
      systemKeys['durabletask_extension'],
      master,
    ].map(async (code) => (await get(code ? `${path}?code=${code}` : path)).status);
    expect(await Promise.all(statuses)).toEqual([401, 403, 403, 200, 200]);
    expect((await get(`${path}?code=nonsense`)).status).toBe(401);
    expect((await get('/runtime/webhooks/unknown')).status).toBe(404);
  });

  it('open the admin API with the master key only', async () => {
    expect((await get('/admin/host/status')).status).toBe(401);
    expect((await get(`/admin/host/status?code=${host.keys.functionKeys['default']}`)).status).toBe(403);
    const status = await get(`/admin/host/status?code=${host.keys.master}`);
    expect(await status.json()).toMatchObject({ state: 'Running' });
    const functions = await get('/admin/functions', { 'x-functions-key': host.keys.master });
    expect(await functions.json()).toContainEqual(
      expect.objectContaining({
        name: 'echo',
        invoke_url_template: expect.stringContaining('/api/echo/{kind:alpha}/{id:int?}'),
      }),
    );
  });
});

describe('the environment', () => {
  it('gives the app its host name', async () => {
    expect(await (await get('/api/hostname')).text()).toBe(`localhost:${new URL(host.url).port}`);
  });
});

describe('a graceful stop', () => {
  it('lets running requests end and takes no new ones', async () => {
    await using other = await startHost({ app: appDirectory('conformance-app') });
    const slow = fetch(`${other.url}/api/slow?ms=2000`);
    await expect.poll(() => other.output).toContain("Executing 'Functions.slow'");
    const exit = other.stop('SIGTERM');
    // As from npm, which passes on what the process group has been sent.
    process.kill(other.pid, 'SIGTERM');
    const another = (): Promise<string> =>
      fetch(`${other.url}/api/empty`).then(
        () => 'responded',
        () => 'refused',
      );
    await expect.poll(another).toBe('refused');
    expect(await (await slow).text()).toBe('slow');
    expect(await exit).toBe(0);
  });
});
