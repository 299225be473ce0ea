import { readdir, stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { expectAccessible, openTabs, whyNoBrowser } from '../support/browser.ts';
import { shareStack } from '../support/file-stack.ts';
import { simulated } from '../support/gateway.ts';

const { stack, gateway } = await shareStack();
const page = `${stack.url}/api/monitor`;

/** What would run, if anything of it became markup, script or style. */
const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>'"]]>{{7*7}}`;

it('is 40 KB at most, in Brotli, all views together', async () => {
  const names = await readdir('dist/monitor');
  const sizes = await Promise.all(
    names.filter((name) => name.endsWith('.br')).map((name) => stat(`dist/monitor/${name}`)),
  );

  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(40 * 1_024);
});

it('serves the page without credentials, and nothing but the page', async () => {
  const shell = await gateway.get('/api/monitor');
  const [script = ''] = /monitor\/app-[\w-]+\.js/.exec(shell.text) ?? [];

  expect(shell.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'referrer-policy': 'no-referrer',
  });
  expect(shell.headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
      "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
  const asset = await gateway.get(`/api/${script}`, { 'accept-encoding': 'br' });
  expect(asset.headers).toMatchObject({
    'content-encoding': 'br',
    'cache-control': expect.stringContaining('immutable'),
  });
  expect((await gateway.get(`/api/${script}`, { 'if-none-match': asset.headers['etag'] ?? '' })).status).toBe(200);
  const again = { 'accept-encoding': 'br', 'if-none-match': asset.headers['etag'] ?? '' };
  expect((await gateway.get(`/api/${script}`, again)).status).toBe(304);
  expect((await gateway.get('/api/monitor/package.json')).status).toBe(404);
  expect((await gateway.get('/api/monitor/..%2Fmain.js')).status).toBe(404);
  expect((await gateway.get('/api/monitor/')).status).toBe(308);
});

describe.skipIf(whyNoBrowser() !== undefined)('in a browser', () => {
  it('shows in one tab the end of a run that another has submitted, and how it failed', async () => {
    const label = `tab-${crypto.randomUUID()}`;
    const tabs = await openTabs();
    const watching = await tabs.open(`${page}#/runs?label=test:${label}`);
    await watching.page.getByText('No run fits').waitFor();
    const writing = await tabs.open(`${page}#/new-run`);
    const body = {
      ...simulated(1, { result_state: 'FAILED', error: `ValueError: ${HOSTILE}`, error_trace: `Traceback ${HOSTILE}` }),
      run_name: HOSTILE,
      gateway: { labels: { test: label, hostile: HOSTILE }, retry: { max_attempts: 1 } },
    };
    await writing.page.getByLabel('Body, as JSON').fill(JSON.stringify(body));
    await writing.page.getByRole('button', { name: 'Check without running' }).click();
    await writing.page.getByText('It is well-formed and allowed').waitFor();
    await writing.page.getByRole('button', { name: 'Submit' }).click();

    const row = watching.page.getByRole('listitem').filter({ hasText: 'Failed' });
    await row.getByRole('link', { name: HOSTILE, exact: true }).waitFor();
    expect(await row.locator('.run-error').textContent()).toContain('ValueError');
    await expectAccessible(watching.page);

    await writing.page.getByRole('heading', { name: HOSTILE }).waitFor();
    await writing.page.getByText(`Traceback ${HOSTILE}`).waitFor();
    await writing.page.getByLabel('Error', { exact: true }).getByText(`ValueError: ${HOSTILE}`).waitFor();
    await expectAccessible(writing.page);
    expect([...watching.complaints, ...writing.complaints]).toEqual([]);
  });

  it('filters by what stands in the address, so that a link shows the same to others', async () => {
    const label = `share-${crypto.randomUUID()}`;
    const failing = { ...simulated(0, { result_state: 'FAILED' }), run_name: 'the failing one' };
    const gatewayPart = { labels: { test: label }, retry: { max_attempts: 1 } };
    await gateway.result(await gateway.submit({ ...failing, gateway: gatewayPart }));
    await gateway.result(await gateway.submit({ ...simulated(0), run_name: 'the good one', gateway: gatewayPart }));
    const { page: first, complaints } = await (await openTabs()).open(`${page}#/runs?label=test:${label}`);
    await first.getByRole('link', { name: 'the good one' }).waitFor();

    await first.getByRole('navigation', { name: 'Runs by state' }).getByText('Failed').click();
    await first.getByRole('link', { name: 'the good one' }).waitFor({ state: 'detached' });
    await first.keyboard.press('/');
    await first.keyboard.type('failing');
    const { page: second } = await (await openTabs()).open(first.url());

    await second.getByRole('link', { name: 'the failing one' }).waitFor();
    expect(await second.getByRole('link', { name: 'the good one' }).count()).toBe(0);
    expect(await second.getByRole('searchbox').inputValue()).toBe('failing');
    expect(complaints).toEqual([]);
  });

  it('cancels a run and repairs a task of another, as their documents then say', async () => {
    const long = await gateway.submit({ ...simulated(600), run_name: 'to be canceled' });
    const tab = await (await openTabs({ colorScheme: 'dark', reducedMotion: 'reduce' })).open(`${page}#/runs/${long}`);
    await tab.page.getByRole('button', { name: 'Cancel…' }).click();
    await expectAccessible(tab.page);
    await tab.page.getByRole('button', { name: 'Cancel the run' }).click();
    await tab.page.locator('.run-subtitle').getByText('Canceled').waitFor();
    expect(await gateway.result(long)).toMatchObject({ outcome: 'canceled' });

    const task = (key: string, parameters = {}) => ({ task_key: key, ...simulated(0, parameters) });
    const broken = await gateway.submit({
      run_name: 'to be repaired',
      tasks: [task('good'), task('bad', { result_state: 'FAILED', error: 'broken' })],
      gateway: { retry: { max_attempts: 1 } },
    });
    await gateway.result(broken);
    await tab.page.goto(`${page}#/runs/${broken}`);
    await tab.page.getByRole('button', { name: 'Repair…' }).click();
    expect(await tab.page.getByRole('checkbox', { name: /good/ }).isChecked()).toBe(false);
    await tab.page.getByRole('button', { name: 'Run 1 task again' }).click();
    const repaired = await gateway.until(broken, ({ attempt }) => attempt === 2);
    expect(repaired.earlier_run_ids).toBeDefined();
    await gateway.result(broken);
    await tab.page.getByText('attempt 2 of').waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('shows that a notification has failed and why, and notifies again', async () => {
    const match = { path: '/devstoreaccount1/run-results/messages', method: 'POST' };
    const fault = { match, kind: 'status', status: 403, error_code: 'AuthorizationPermissionMismatch' };
    await gateway.control('storage', 'POST', 'faults', fault);
    const id = await gateway.submit({ ...simulated(0.1), gateway: { notify: { queue: true } } });
    await gateway.result(id);
    const tab = await (await openTabs()).open(`${page}#/runs/${id}`);
    const notifications = tab.page.getByRole('region', { name: 'Notifications' });
    await notifications.getByText('Azure Storage does not respond.').waitFor();
    await tab.page.getByRole('img', { name: /Notification/ }).waitFor();
    await expectAccessible(tab.page);

    await gateway.control('storage', 'DELETE', 'faults');
    await notifications.getByRole('button', { name: 'Notify again' }).click();
    await notifications.getByText('delivered').waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('fits into 320 px, and is used by the keyboard alone', async () => {
    const { page: small, complaints } = await (await openTabs({ viewport: { width: 320, height: 640 } })).open(page);
    await small.getByRole('navigation', { name: 'Runs by state' }).waitFor();
    for (const view of ['#/runs', '#/overview', '#/new-run']) {
      await small.goto(`${page}${view}`);
      await small.locator('main').waitFor();
      expect(await small.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
    await small.goto(page);
    await small.keyboard.press('Tab');
    expect(await small.evaluate('document.activeElement.textContent')).toContain('Skip to the content');
    expect(complaints).toEqual([]);
  });
});
