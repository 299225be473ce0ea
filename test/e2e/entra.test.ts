import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { TENANT_ID } from '../../local/azure/managed-identity.ts';
import { signInLines } from '../../local/sign-in-lines.ts';
import { expectAccessible, openTabs, whyNoBrowser } from '../support/browser.ts';
import { startFileStack } from '../support/file-stack.ts';
import { simulated, type Answer } from '../support/gateway.ts';

const { stack, gateway } = await startFileStack({
  env: { AUTH_MODE: 'entra', RUN_VIEWER_DOMAINS: 'example.com' },
});

async function bearer(who: Record<string, unknown> = {}): Promise<Record<string, string>> {
  const { body } = await gateway.control('identity', 'POST', 'access-tokens', who);
  return { authorization: `Bearer ${body.access_token}` };
}

async function submittedBy(headers: Record<string, string>, body: object = simulated(0)): Promise<Answer['body']> {
  const { status, body: document } = await gateway.post('/api/runs', body, headers);
  expect(status).toBe(202);
  return document;
}

it('knows users and applications by tenant and object, and finds their runs by that', async () => {
  const ada = await bearer({ name: 'ada@example.com', roles: ['Runs.Submit'] });
  const etl = await bearer({ kind: 'app', version: '1.0', name: 'etl', roles: ['Runs.Submit'] });
  const ofAda = await submittedBy(ada);
  const ofEtl = await submittedBy(etl);

  expect(ofAda.submitted_by).toMatchObject({ kind: 'user', name: 'ada@example.com' });
  expect(ofEtl.submitted_by).toMatchObject({ kind: 'app', name: 'etl' });
  expect(ofAda.submitted_by.id).toMatch(new RegExp(`^${TENANT_ID}/[0-9a-f-]{36}$`));
  const { body } = await gateway.get(`/api/runs?submitted_by=${encodeURIComponent(ofAda.submitted_by.id)}`, ada);
  expect(body.runs.map((run: { id: string }) => run.id)).toEqual([ofAda.id]);
});

it('lets users of the listed domains view their runs at Databricks, and changes no idempotency by that', async () => {
  const list = [{ group_name: 'ops', permission_level: 'CAN_MANAGE_RUN' }];
  const viewerOf = async (who: Record<string, unknown>) => {
    const headers = { ...(await bearer(who)), 'idempotency-key': 'once' };
    const document = await submittedBy(headers, { ...simulated(0), access_control_list: list });
    expect((await submittedBy(headers, { ...simulated(0), access_control_list: list })).id).toBe(document.id);
    const ended = await gateway.get(`/api/runs/${document.id}/result`, { ...headers, prefer: 'wait=30' });
    const { body } = await gateway.control('databricks', 'GET', `runs/${ended.body.run_id}`);
    return body.settings.access_control_list.slice(1);
  };

  expect(await viewerOf({ name: 'grace@example.com' })).toEqual([
    { user_name: 'grace@example.com', permission_level: 'CAN_VIEW' },
  ]);
  expect(await viewerOf({ name: 'grace@example.com', object_id: TENANT_ID, guest: true })).toEqual([]);
  expect(await viewerOf({ name: 'eve@elsewhere.example' })).toEqual([]);
  expect(await viewerOf({ kind: 'app', name: 'etl', roles: ['Runs.Submit'] })).toEqual([]);
});

it('writes down who stops a run that somebody else submitted', async () => {
  const { id } = await submittedBy(await bearer(), simulated(30));
  const operator = await bearer({ name: 'operator@example.com' });

  expect((await gateway.send('DELETE', `/api/runs/${id}`, undefined, operator)).status).toBe(202);

  await expect
    .poll(() => stack.hostLog())
    .toMatch(new RegExp(`policy.allowed.*operator@example.com.*runs:cancel.*${id}`));
});

it('lets nobody in without a right token, says where to get one, and writes it down without the token', async () => {
  const { authorization: foreign = '' } = await bearer({ audience: TENANT_ID });
  const strangers = [{}, { 'x-functions-key': 'x' }, { authorization: foreign }, await bearer({ scopes: [] })];
  for (const headers of strangers) {
    const answer = await gateway.get('/api/runs', headers);
    expect({ headers, status: answer.status }).toEqual({ headers, status: 401 });
    const [, url = ''] = /resource_metadata="([^"]+)"/.exec(answer.headers['www-authenticate'] ?? '') ?? [];
    const { body } = await gateway.get(url);
    expect(body).toMatchObject({ authorization_servers: [`${stack.identity.url}/${TENANT_ID}/v2.0`] });
  }

  await expect.poll(() => stack.hostLog()).toContain('The token is for another application.');
  expect(stack.hostLog()).toContain('request.refused');
  expect(stack.hostLog()).not.toContain(foreign.slice(-40));
});

it('refuses no right token while the signing key is renewed under load', async () => {
  const statuses: number[] = [];
  const load = async () => {
    for (let count = 0; count < 10; count += 1)
      statuses.push((await gateway.get('/api/runs?limit=1', await bearer())).status);
  };
  const renewals = async () => {
    for (let count = 0; count < 5; count += 1) await gateway.control('identity', 'POST', 'signing-keys', {});
  };

  await Promise.all([load(), load(), load(), renewals()]);

  expect(statuses).toEqual(Array<number>(30).fill(200));
});

it('says at its start how to call it, in lines that work as they are printed', async () => {
  const { stdout } = await promisify(execFile)('bash', ['-c', signInLines(stack).join('\n')]);

  expect(JSON.parse(stdout)).toMatchObject({ runs: expect.any(Array) });
});

it('shows who has a token whether the keys of the tenants can be read, and strangers nothing', async () => {
  const { body } = await gateway.get('/api/health', await bearer());

  expect(body.checks.entra).toMatchObject({ status: 'ok' });
  expect((await gateway.get('/api/health', { authorization: 'Bearer x' })).body).toEqual({ status: 'ok' });
});

describe.skipIf(whyNoBrowser() !== undefined)('in a browser', () => {
  it('signs people in to the page at the tenant, and leaves no token where another could find it', async () => {
    const tabs = await openTabs();
    const { page, complaints } = await tabs.open(`${stack.url}/api/monitor#/runs?outcome=failed`);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign in with Microsoft Entra' }).click();
    await page.getByText('ada@example.com').waitFor();

    expect(page.url()).toBe(`${stack.url}/api/monitor#/runs?outcome=failed`);
    expect(await page.evaluate('JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])')).toBe(
      '[{},{},""]',
    );
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with Microsoft Entra' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
