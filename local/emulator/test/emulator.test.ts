import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { controlBody, ControlError } from '../control-plane.ts';
import { sendJson, startEmulator, type Emulator } from '../emulator.ts';
import { z } from 'zod';

let emulator: Emulator;
let handled: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator({
    token: 'control',
    maxBodyBytes: 1_000,
    operationOf: ({ url }) => (url.pathname === '/uncounted' ? '' : url.pathname.slice(1)),
    async handle({ url, body, response }) {
      handled.push(url.pathname);
      if (url.pathname === '/throws') throw new Error('a defect');
      if (url.pathname === '/large') {
        for (let i = 0; i < 100; i += 1) if (!response.write(Buffer.alloc(100_000))) await drained(response);
        response.end();
        handled.push('all of it');
        return;
      }
      sendJson(response, 200, { echo: body.toString('utf8') });
    },
    controls: {
      square: async (request, rest) => {
        if (rest !== '') throw new ControlError(404, `There is no ${rest}.`);
        return { result: controlBody(request, z.object({ number: z.number() })).number ** 2 };
      },
    },
  });
});
afterAll(() => emulator[Symbol.asyncDispose]());
afterEach(async () => {
  await control('DELETE', 'faults');
  await control('DELETE', 'requests');
  handled = [];
});

function drained(response: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
  });
}

async function control(method: string, name: string, body?: unknown, token = 'control') {
  const response = await fetch(`${emulator.url}/_emulator/${name}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const get = (path: string) => fetch(emulator.url + path);

describe('faults', () => {
  it('responds with the status, error code and Retry-After that are set', async () => {
    await control('POST', 'faults', { kind: 'status', status: 429, error_code: 'SLOW', retry_after: 7, times: 1 });
    const response = await get('/a');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await response.json()).toMatchObject({ error_code: 'SLOW', message: expect.any(String) });
    expect(handled).toEqual([]);
    expect((await get('/a')).status).toBe(200);
  });

  it('cuts the connection before the handler runs', async () => {
    await control('POST', 'faults', { kind: 'reset', match: { operation: 'a' } });
    await expect(get('/a')).rejects.toThrow('fetch failed');
    expect(handled).toEqual([]);
    expect((await get('/b')).status).toBe(200);
  });

  it('cuts the connection after the handler has run, however much it responds with', async () => {
    await control('POST', 'faults', { kind: 'lost_response' });
    await expect(get('/a')).rejects.toThrow('fetch failed');
    await expect(get('/large')).rejects.toThrow('fetch failed');
    expect(handled).toEqual(['/a', '/large', 'all of it']);
    expect((await control('GET', 'requests')).body).toEqual({ total: 2, operations: { a: { 0: 1 }, large: { 0: 1 } } });
  });

  it('responds with 200 and what is no JSON', async () => {
    await control('POST', 'faults', { kind: 'garbage' });
    const response = await get('/a');
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it('waits for real seconds, whatever the kind', async () => {
    await control('POST', 'faults', { kind: 'delay', delay_seconds: 0.2, times: 1 });
    await control('POST', 'faults', { kind: 'status', status: 500, delay_seconds: 0.3, match: { path: '/b' } });
    const startedAt = performance.now();
    expect((await get('/a')).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(195);
    const secondAt = performance.now();
    expect((await get('/b')).status).toBe(500);
    expect(performance.now() - secondAt).toBeGreaterThan(295);
  });

  it('goes away one by one, or all at once', async () => {
    const first = await control('POST', 'faults', { kind: 'reset' });
    await control('POST', 'faults', { kind: 'status', status: 418 });
    expect((await control('DELETE', `faults/${String(first.body['id'])}`)).status).toBe(200);
    expect((await get('/a')).status).toBe(418);
    expect((await control('DELETE', 'faults/999')).status).toBe(404);
    await control('DELETE', 'faults');
    expect((await get('/a')).status).toBe(200);
  });
});

describe('counts', () => {
  it('holds every response by operation and status by the time that it is heard', async () => {
    await Promise.all(['/a', '/a', '/b', '/uncounted', '/throws'].map(get));
    expect((await control('GET', 'requests')).body).toEqual({
      total: 4,
      operations: { a: { 200: 2 }, b: { 200: 1 }, throws: { 500: 1 } },
    });
    await control('DELETE', 'requests');
    expect((await control('GET', 'requests')).body).toEqual({ total: 0, operations: {} });
  });
});

describe('the control plane', () => {
  it.each([
    ['GET', 'requests', undefined, 'wrong', 401],
    ['GET', 'nothing', undefined, 'control', 404],
    ['PUT', 'faults', {}, 'control', 405],
    ['POST', 'faults', '{', 'control', 400],
    ['POST', 'faults', { kind: 'flood' }, 'control', 400],
    ['POST', 'square/root', { number: 2 }, 'control', 404],
    ['POST', 'square', { number: 'two' }, 'control', 400],
  ])('%s %s with %o and token %s: %i', async (method, name, body, token, status) => {
    const response = await control(method, name, body, token);
    expect(response).toMatchObject({ status, body: { error_code: expect.any(String), message: expect.any(String) } });
  });

  it('has routes of the emulator itself', async () => {
    expect((await control('POST', 'square', { number: 3 })).body).toEqual({ result: 9 });
  });
});

it('refuses a body over its limit', async () => {
  const response = await fetch(`${emulator.url}/a`, { method: 'POST', body: 'x'.repeat(1_001) });
  expect(response.status).toBe(413);
});

it('listens on loopback only, and frees its port when disposed of', async () => {
  const other = await startEmulator({ token: 't', operationOf: () => '', handle: async () => undefined });
  const hanging = fetch(other.url).catch((error: unknown) => error);
  await delay(50);
  await other[Symbol.asyncDispose]();
  expect(await hanging).toBeInstanceOf(TypeError);
  const successor = createServer();
  await new Promise<void>((resolve) => successor.listen(other.port, '127.0.0.1', resolve));
  successor.close();
});

it('says which port is in use', async () => {
  const options = { token: 't', operationOf: () => '', handle: async () => undefined, port: emulator.port };
  await expect(startEmulator(options)).rejects.toThrow(`Port ${emulator.port} is in use.`);
});
