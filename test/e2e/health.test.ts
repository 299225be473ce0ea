import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectAccessible, openTabs, whyNoBrowser } from '../support/browser.ts';
import { startFileStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const { stack, gateway } = await startFileStack({ auth: true });
const keysFile = join(stack.dataDir, 'keys.json');
const keys = JSON.parse(await readFile(keysFile, 'utf8')) as {
  master: string;
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

it('knows a caller by the name of the key, also after the key has been renewed', async () => {
  await gateway.control('vault', 'DELETE', 'faults');
  const submit = async (functionKey: string) => {
    const { body } = await gateway.post('/api/runs', simulated(0), {
      'x-functions-key': functionKey,
      'idempotency-key': 'once',
    });
    return { id: body.id, submittedBy: body.submitted_by };
  };
  const first = await submit(key);
  expect(first.submittedBy).toEqual({ kind: 'key', id: 'default', name: 'default' });

  const renewed = { default: 'renewed-key-of-the-test', etl: 'another-key-of-the-test' };
  const ofOneFunction = { 'create-run': { default: 'key-of-one-function' } };
  await writeFile(keysFile, JSON.stringify({ ...keys, functionKeys: renewed, functions: ofOneFunction }));
  await stack.killHost();
  await stack.startHost();

  expect((await gateway.get('/api/runs', { 'x-functions-key': key })).status).toBe(401);
  expect(await submit(renewed.default)).toEqual(first);
  expect(await submit(renewed.etl)).toMatchObject({ submittedBy: { id: 'etl' } });
  expect(await submit('key-of-one-function')).toMatchObject({ submittedBy: { id: 'create-run/default' } });
  expect(await submit(keys.master)).toMatchObject({ submittedBy: { id: '_master' } });
});

describe.skipIf(whyNoBrowser() !== undefined)('in a browser', () => {
  it('signs in to the page with a key that is kept in memory alone', async () => {
    const { functionKeys } = JSON.parse(await readFile(keysFile, 'utf8')) as typeof keys;
    const current = functionKeys.default;
    const tabs = await openTabs();
    const { page, complaints } = await tabs.open(`${stack.url}/api/monitor?code=${current}#/runs?outcome=failed`);
    expect(page.url()).not.toContain(current);
    const field = page.getByLabel('Function key');
    await field.fill('not-the-key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The gateway does not know this key.').waitFor();
    await expectAccessible(page);
    await field.fill(current);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Runs by state' }).waitFor();

    expect(page.url()).toBe(`${stack.url}/api/monitor#/runs?outcome=failed`);
    expect(await page.evaluate('JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])')).toBe(
      '[{},{},""]',
    );
    await page.reload();
    await field.waitFor();
    // The browser itself notes the refusal of the wrong key.
    expect(complaints.filter((each) => !each.includes('401 (Unauthorized)'))).toEqual([]);
  });
});
