import { execFileSync } from 'node:child_process';
import http from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appDirectory, type HostProcess, startHost } from './host-process.ts';

const MEGABYTE = 2 ** 20;
let host: HostProcess;

beforeAll(async () => {
  host = await startHost({ app: appDirectory('streaming-app') });
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

async function seen(): Promise<string[]> {
  return (await (await fetch(`${host.url}/api/seen`)).json()) as string[];
}

describe('an app that streams HTTP', () => {
  it('sees requests, and responds to them, as any other', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const response = await fetch(`${host.url}/api/echo/a%20b?q=1`, {
        method,
        body: 'text',
        headers: { 'x-given': 'v' },
      });
      expect(response.status).toBe(201);
      expect(response.headers.get('x-name')).toBe('a b');
      expect(response.headers.get('x-ms-invocation-id')).toBe(null);
      expect(response.headers.getSetCookie()).toHaveLength(2);
      expect(await response.json()).toMatchObject({
        url: `${host.url}/api/echo/a%20b?q=1`,
        method,
        header: 'v',
        query: '1',
        body: 'text',
      });
    }
  });

  it('sends chunks as they come', async () => {
    const response = await fetch(`${host.url}/api/ticks`);
    const times: number[] = [];
    let text = '';
    for await (const chunk of response.body!) {
      times.push(Date.now());
      text += Buffer.from(chunk).toString();
    }
    expect(text).toBe('abcd');
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(150);
  });

  it('takes 20 MB up and down in pieces', async () => {
    const body = Readable.toWeb(
      Readable.from(
        (function* () {
          for (let index = 0; index < 320; index++) yield Buffer.alloc(64 * 1024, 1);
        })(),
      ),
    );
    const up = await fetch(`${host.url}/api/upload`, {
      method: 'POST',
      body,
      duplex: 'half',
    } as unknown as RequestInit);
    expect(await up.json()).toMatchObject({
      bytes: 20 * MEGABYTE,
      chunks: expect.toSatisfy((count: number) => count > 100),
    });
    const down = await fetch(`${host.url}/api/download?bytes=${20 * MEGABYTE}`);
    let bytes = 0;
    for await (const chunk of down.body!) bytes += chunk.length;
    expect(bytes).toBe(20 * MEGABYTE);
  });

  it('keeps its memory flat when a reader is slow', async () => {
    const rss = async (): Promise<number> =>
      ((await (await fetch(`${host.url}/api/memory`)).json()) as { rss: number }).rss;
    const before = await rss();
    const response = await fetch(`${host.url}/api/download?bytes=${200 * MEGABYTE}`);
    await sleep(500);
    expect((await rss()) - before).toBeLessThan(100 * MEGABYTE);
    await response.body!.cancel();
  });

  it('learns of a client that leaves during an upload', async () => {
    const request = http.request(`${host.url}/api/upload`, { method: 'POST' });
    request.on('error', () => undefined);
    const uploads = (): number => host.output.split("Executing 'Functions.upload'").length;
    const before = uploads();
    request.write(Buffer.alloc(100_000));
    await expect.poll(uploads).toBe(before + 1);
    request.destroy();
    await expect.poll(async () => (await seen()).some((line) => line.startsWith('upload aborted'))).toBe(true);
  });

  it('learns of a client that leaves during a download', async () => {
    const response = await fetch(`${host.url}/api/download?bytes=${500 * MEGABYTE}`);
    const reader = response.body!.getReader();
    await reader.read();
    await reader.cancel();
    await expect.poll(seen).toContain('download aborted');
  });

  it.each([
    ['a?x=1', { name: 'a', x: '1' }],
    ['a?NAME=other&x=1', { NAME: 'a', x: '1' }],
    ['a?name=other', { name: 'a' }],
    ['a?X=1&X=2', { name: 'a', X: '1,2' }],
    ['a%2Fb', { name: 'a%2Fb' }],
  ])(
    'gives the query among the parameters, under its spelling and with the values of the route: %s',
    async (path, params) => {
      expect(await (await fetch(`${host.url}/api/params/${path}`)).json()).toEqual(params);
    },
  );

  it('responds with 500 for a handler that throws, with or without a body sent', async () => {
    expect((await fetch(`${host.url}/api/throwing`)).status).toBe(500);
    expect((await fetch(`${host.url}/api/throwing`, { method: 'POST', body: Buffer.alloc(5 * MEGABYTE) })).status).toBe(
      500,
    );
    expect((await fetch(`${host.url}/api/throwing`)).status).toBe(500);
    await expect.poll(() => host.output).toMatch(/'throwing' let an error out .* on Azure the client gets no response/);
  });

  it('leaves a client without a response where a handler throws, in strict mode', async () => {
    await using strict = await startHost({ app: appDirectory('streaming-app'), args: ['--no-auth', '--strict'] });
    const leaving = new AbortController();
    const response = fetch(`${strict.url}/api/throwing`, { signal: leaving.signal });
    await expect.poll(() => strict.output).toMatch(/the client gets no response .* So it is here/);
    expect(await Promise.race([response, sleep(200)])).toBeUndefined();
    leaving.abort();
    await expect(response).rejects.toThrow(/aborted/);
  });

  it('breaks a response off whose body fails, so that it does not look whole', async () => {
    const response = await fetch(`${host.url}/api/breaking`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it('opens no socket beyond loopback, the library’s own included', () => {
    const lines = execFileSync('cat', ['/proc/net/tcp', '/proc/net/tcp6'], { encoding: 'utf8' }).split('\n');
    const inodes = new Set(
      execFileSync('sh', ['-c', `ls -l /proc/${host.pid}/fd`], { encoding: 'utf8' })
        .match(/socket:\[\d+\]/g)
        ?.map((text) => text.slice(8, -1)),
    );
    const listening = lines
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''));
    expect(listening.length).toBeGreaterThanOrEqual(3);
    expect(listening.filter((fields) => !fields[1]!.startsWith('0100007F:'))).toEqual([]);
  });
});
