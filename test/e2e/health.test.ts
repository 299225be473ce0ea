import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startFileStack } from '../support/file-stack.ts';

const { stack, gateway } = await startFileStack({ auth: true });
const keys = JSON.parse(await readFile(join(stack.dataDir, 'keys.json'), 'utf8')) as {
  functionKeys: { default: string };
};
const key = keys.functionKeys.default;

it('shows the checks to who has a key, in the header or in the query', async () => {
  for (const answer of [
    await gateway.get('/api/health', { 'x-functions-key': key }),
    await gateway.get(`/api/health?code=${encodeURIComponent(key)}`),
  ]) {
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'ok', checks: { storage: { status: 'ok' }, vault: { status: 'ok' } } });
  }
});

it.each<[string, Record<string, string>]>([
  ['/api/health', {}],
  ['/api/health', { 'x-functions-key': 'x' }],
  ['/api/health', { 'x-functions-key': '' }],
  ['/api/health?code=x', {}],
  ['/api/health?code=%0a', {}],
  ['/api/health', { 'x-functions-key': 'x', host: 'elsewhere.example' }],
])('tells a stranger no more than the status: %s %j', async (path, headers) => {
  const answer = await gateway.get(path, headers);

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({ status: 'ok' });
});

it('asks the workspace once, however often strangers ask', async () => {
  const before = await gateway.operations('runs/list');

  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 10 }, () => gateway.get('/api/health', { 'x-functions-key': 'x' })));
  }

  const after = await gateway.operations('runs/list');
  expect((after[200] ?? 0) - (before[200] ?? 0)).toBeLessThanOrEqual(2);
});

it('tells a caller of a fault at once, and a stranger within seconds', async () => {
  await gateway.get('/api/health');
  await gateway.control('vault', 'POST', 'faults', { match: {}, kind: 'status', status: 503 });

  const told = await gateway.get('/api/health', { 'x-functions-key': key });
  const stranger = await gateway.get('/api/health');

  expect(told.status).toBe(503);
  expect(told.body.checks.vault.status).toBe('down');
  expect(stranger.status).toBe(503);
  expect(stranger.headers['retry-after']).toMatch(/^\d+$/);
  expect(stranger.body).toEqual({ status: 'down' });
});
