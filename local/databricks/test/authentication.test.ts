import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulatedWorkspace, type EmulatedWorkspace } from './emulated-workspace.ts';

const ISSUER = 'https://issuer.example/tenant/v2.0';
const DATABRICKS = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d';
const { privateKey, publicKey } = await generateKeyPair('RS256');
const keys = createServer((_request, response) => {
  void exportJWK(publicKey).then((key) => response.end(JSON.stringify({ keys: [{ ...key, kid: 'k', alg: 'RS256' }] })));
});

let workspace: EmulatedWorkspace;
beforeAll(async () => {
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  const { port } = keys.address() as AddressInfo;
  workspace = await startEmulatedWorkspace({
    identity: { issuer: ISSUER, jwksUrl: `http://127.0.0.1:${port}/keys` },
    oauthClient: { clientId: 'app:1', clientSecret: 's&cret' },
  });
});
afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
  keys.close();
});

const list = (authorization?: string) =>
  workspace.request('/api/2.2/jobs/runs/list', {
    method: 'GET',
    headers: authorization === undefined ? {} : { authorization },
  });

test('responds with 401 with a challenge when no credential is sent', async () => {
  const response = await list();
  expect(response.status).toBe(401);
  expect(response.body).toEqual({
    error_code: 401,
    message: 'Credential was not sent or was of an unsupported type for this API.',
  });
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="DatabricksRealm"');
});

test('responds with 403 with a numeric error code to a wrong token', async () => {
  const response = await list('Bearer wrong');
  expect(response).toMatchObject({ status: 403, body: { error_code: 403, message: 'Invalid access token.' } });
  expect(response.headers.get('x-databricks-reason-phrase')).toBe('Invalid access token.');
});

test('names the workspace and the request in every response', async () => {
  const response = await list('Bearer dapi-test');
  expect(response.status).toBe(200);
  expect(response.headers.get('x-databricks-org-id')).toMatch(/^\d+$/);
  expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
});

describe('an Entra token', () => {
  const sign = (claims: { audience?: string; issuer?: string; lifeSeconds?: number }) =>
    new SignJWT({ oid: 'o' })
      .setProtectedHeader({ alg: 'RS256', kid: 'k' })
      .setIssuer(claims.issuer ?? ISSUER)
      .setAudience(claims.audience ?? DATABRICKS)
      .setExpirationTime(Math.floor(Date.now() / 1_000) + (claims.lifeSeconds ?? 3_600))
      .sign(privateKey);

  test('for Databricks is accepted', async () => {
    expect((await list(`Bearer ${await sign({})}`)).status).toBe(200);
  });

  test.for([
    ['for something else', { audience: 'https://vault.azure.net' }],
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['with 30 seconds of life left', { lifeSeconds: 29 }],
    ['that has expired', { lifeSeconds: -10 }],
  ] as const)('%s is refused', async ([, claims]) => {
    expect((await list(`Bearer ${await sign(claims)}`)).status).toBe(403);
  });

  test('with a forged signature is refused', async () => {
    const token = await sign({});
    expect((await list(`Bearer ${token.slice(0, -8)}AAAAAAAA`)).status).toBe(403);
  });
});

describe('machine-to-machine OAuth', () => {
  const askForToken = (headers: Record<string, string>, form: Record<string, string>) =>
    workspace.request('/oidc/v1/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all-apis', ...form }).toString(),
    });
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  test('says to clients where they sign in', async () => {
    const { body } = await workspace.request('/.well-known/databricks-config', { method: 'GET' });
    expect(body).toMatchObject({ oidc_endpoint: `${workspace.url}/oidc`, cloud: 'AZURE' });
  });

  test('is announced', async () => {
    const { body } = await workspace.request('/oidc/.well-known/oauth-authorization-server', { method: 'GET' });
    expect(body.token_endpoint).toBe(`${workspace.url}/oidc/v1/token`);
  });

  test.for([
    ['HTTP Basic', basic('app%3A1:s%26cret'), {}],
    ['the form', {}, { client_id: 'app:1', client_secret: 's&cret' }],
  ] as const)('gives a token for an hour to credentials in %s', async ([, headers, form]) => {
    const { status, body } = await askForToken(headers, form);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, scope: 'all-apis' });
    expect((await list(`Bearer ${body.access_token}`)).status).toBe(200);
  });

  test('refuses a wrong secret and another grant', async () => {
    expect(await askForToken(basic('app%3A1:no'), {})).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await askForToken({}, { grant_type: 'password' })).toMatchObject({
      status: 400,
      body: { error: 'unsupported_grant_type' },
    });
  });

  test('lets its tokens expire', async () => {
    const { body } = await askForToken(basic('app%3A1:s%26cret'), {});
    await workspace.control('POST', 'clock', { advance_seconds: 3_601 });
    expect((await list(`Bearer ${body.access_token}`)).status).toBe(403);
  });
});
