import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCertificateAuthority } from '../../emulator/certificate-authority.ts';
import { startKeyVault, type KeyVault } from '../key-vault.ts';
import { startManagedIdentity, TENANT_ID, type ManagedIdentity } from '../managed-identity.ts';
import { SecretStore } from '../secret-store.ts';

const disposables = new AsyncDisposableStack();
let dir: string;
let caFile: string;
let identity: ManagedIdentity;
let vault: KeyVault;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'key-vault-'));
  disposables.defer(() => rm(dir, { recursive: true }));
  const authority = await openCertificateAuthority(dir);
  ({ caFile } = authority);
  const tls = await authority.issue(['localhost', '127.0.0.1']);
  identity = disposables.use(await startManagedIdentity({ token: 'control', identityHeader: 'header' }));
  vault = disposables.use(await startKeyVault({ tls, token: 'control', identity, file: join(dir, 'vault.json') }));
});
afterAll(() => disposables.disposeAsync());

describe('the unmodified Azure SDK, configured by its environment alone', () => {
  it('gets tokens from the identity endpoint and keeps secrets in the vault', async () => {
    const client = fileURLToPath(new URL('clients/vault-client.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [client], {
      env: {
        NODE_EXTRA_CA_CERTS: caFile,
        IDENTITY_ENDPOINT: identity.endpoint,
        IDENTITY_HEADER: 'header',
        KEY_VAULT_URL: vault.url,
      },
    });
    const seen = JSON.parse(stdout) as Record<string, unknown>;
    expect(seen).toMatchObject({
      current: 'good evening',
      first: ['good day', { language: 'en' }, 'text/plain'],
      disabled: [403, 'Forbidden'],
      missing: [404, 'SecretNotFound'],
      versions: 2,
      deleted: [404, 'SecretNotFound'],
      recovered: 'good evening',
    });
    expect(seen['names']).toHaveLength(32);
    expect(seen['expiresInSeconds']).toBeGreaterThan(3_500);
    expect(decodeJwt(seen['userAssigned'] as string)).toMatchObject({ aud: 'https://x.test', appid: 'a1b2' });

    const { payload } = await jwtVerify(seen['token'] as string, createRemoteJWKSet(new URL(identity.jwksUrl)), {
      issuer: identity.issuer,
      audience: '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d',
    });
    expect(payload).toMatchObject({ tid: TENANT_ID, oid: expect.any(String), appid: expect.any(String) });
    expect(new SecretStore(join(dir, 'vault.json')).get('GREETING')?.versions).toHaveLength(2);
  });
});

describe('the identity endpoint', () => {
  const ask = (query: string, header = 'header') =>
    fetch(`${identity.endpoint}?${query}`, { headers: { 'x-identity-header': header } });

  it('refuses a caller without its header, another api-version, and a request for no resource', async () => {
    expect((await ask('resource=r&api-version=2019-08-01', 'wrong')).status).toBe(401);
    expect((await ask('resource=r&api-version=2017-09-01')).status).toBe(400);
    expect((await ask('api-version=2019-08-01')).status).toBe(400);
  });

  it('says when the token ends as text, as App Service does', async () => {
    const response = (await (await ask('resource=https://r.test/&api-version=2019-08-01')).json()) as Record<
      string,
      string
    >;
    expect(response['expires_on']).toEqual(expect.stringMatching(/^\d+$/));
    expect(decodeJwt(response['access_token'] ?? '').aud).toBe('https://r.test');
  });

  it('publishes an OpenID configuration that leads to its keys', async () => {
    const tenant = `${identity.url}/${TENANT_ID}`;
    const response = await fetch(`${tenant}/v2.0/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({ issuer: `${tenant}/v2.0`, jwks_uri: identity.jwksUrl });
  });

  it('signs any token that a test asks its control plane for', async () => {
    const response = await fetch(`${identity.url}/_emulator/tokens`, {
      method: 'POST',
      headers: { authorization: 'Bearer control' },
      body: JSON.stringify({ audience: 'api://gateway', claims: { roles: ['reader'] }, expires_in_seconds: -1 }),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    expect(decodeJwt(access_token)).toMatchObject({ aud: 'api://gateway', roles: ['reader'] });
    await expect(jwtVerify(access_token, createRemoteJWKSet(new URL(identity.jwksUrl)))).rejects.toThrow(/exp/);
  });
});
