import { afterAll, beforeAll, expect, it } from 'vitest';
import { GATEWAY_CLIENT_ID } from '../../../local/azure/access-token.ts';
import { startManagedIdentity, TENANT_ID, type ManagedIdentity } from '../../../local/azure/managed-identity.ts';
import { createTokenVerifier, type TokenVerifier } from '../../../src/shared/identity/token-verifier.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

const APP_ID_URI = `api://${GATEWAY_CLIENT_ID}`;
let identity: ManagedIdentity;
let verifier: TokenVerifier;

beforeAll(async () => {
  identity = await startManagedIdentity({ token: 'control', identityHeader: 'header' });
  verifier = createTokenVerifier({
    config: {
      tenantIds: [TENANT_ID],
      audiences: [GATEWAY_CLIENT_ID, APP_ID_URI],
      authority: identity.url,
      keysCooldownMs: 0,
    },
    log: createLog({ sink: () => {}, redactor: createRedactor() }),
    now: Date.now,
  });
});
afterAll(() => identity[Symbol.asyncDispose]());

async function control(path: string, body: Record<string, unknown> = {}, method = 'POST') {
  const response = await fetch(`${identity.url}/_emulator/${path}`, {
    method,
    headers: { authorization: 'Bearer control' },
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function tokenFor(who: Record<string, unknown>): Promise<string> {
  return (await control('access-tokens', who)).body['access_token'] ?? '';
}

it.each(['1.0', '2.0'])(
  'signs tokens of version %s that the gateway takes, for users and applications',
  async (version) => {
    const group = '44444444-5555-4666-8777-888888888888';
    const user = await verifier.callerOf(await tokenFor({ version, roles: ['Admin'], groups: [group] }));
    const again = await verifier.callerOf(await tokenFor({ version }));
    const guest = await verifier.callerOf(await tokenFor({ version, guest: true }));
    const app = await verifier.callerOf(await tokenFor({ version, kind: 'app', name: 'etl', roles: ['Runs.Submit'] }));
    const everywhere = await verifier.callerOf(await tokenFor({ version, groups: Array<string>(201).fill(group) }));

    expect(user).toMatchObject({
      kind: 'user',
      userPrincipalName: 'ada@example.com',
      roles: ['Admin'],
      groups: [group],
    });
    expect(again.id).toBe(user.id);
    expect(guest).not.toHaveProperty('userPrincipalName');
    expect(app).toMatchObject({ kind: 'app', roles: ['Runs.Submit'], id: expect.stringMatching(`^${TENANT_ID}/`) });
    expect(everywhere).toMatchObject({ groups: [], groupsOverage: true });
  },
);

it('signs tokens that are good for nothing here, too', async () => {
  const bearers = [
    { kind: 'app', roles: [] },
    { scopes: [] },
    { audience: TENANT_ID },
    { expires_in_seconds: -61 },
    { version: '1.0', audience: 'https://graph.microsoft.com' },
  ];

  for (const bearer of bearers) {
    const token = await tokenFor(bearer);
    await expect(verifier.callerOf(token)).rejects.toMatchObject({ name: 'TokenError' });
  }
});

it('gives a managed identity a token of version 1.0, which has no role until it is assigned one', async () => {
  const url = `${identity.endpoint}?api-version=2019-08-01&resource=${APP_ID_URI}`;
  const response = await fetch(url, { headers: { 'x-identity-header': 'header' } });
  const { access_token: token } = (await response.json()) as { access_token: string };

  await expect(verifier.callerOf(token)).rejects.toMatchObject({ reason: 'permissions' });
});

it('refuses by name what Entra would never issue, and to sign anybody in', async () => {
  expect(await control('access-tokens', { kind: 'app', scopes: ['x'] })).toMatchObject({ status: 400 });
  expect(await control('access-tokens', { audience: APP_ID_URI })).toMatchObject({ status: 400 });
  expect(await control('access-tokens', { upn: 'x' })).toMatchObject({ status: 400 });
  const signIn = await fetch(`${identity.url}/${TENANT_ID}/oauth2/v2.0/token`, {
    method: 'POST',
    body: 'grant_type=x',
  });
  expect([signIn.status, await signIn.json()]).toEqual([
    400,
    expect.objectContaining({
      error: 'unsupported_grant_type',
      error_description: expect.stringContaining('/_emulator/'),
    }),
  ]);
});

it('says in its OpenID configuration what its tokens say', async () => {
  const read = async (path: string) =>
    (await (await fetch(`${identity.url}/${TENANT_ID}${path}/.well-known/openid-configuration`)).json()) as object;

  expect(await read('/v2.0')).toMatchObject({
    issuer: `${identity.url}/${TENANT_ID}/v2.0`,
    jwks_uri: identity.jwksUrl,
  });
  expect(await read('')).toMatchObject({ issuer: `https://sts.windows.net/${TENANT_ID}/` });
});

it('renews its key under load, and no right token is refused', async () => {
  const outcomes: PromiseSettledResult<unknown>[] = [];
  const load = async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenFor({})));
    outcomes.push(...(await Promise.allSettled(tokens.map((token) => verifier.callerOf(token)))));
  };
  const before = await control('signing-keys', {}, 'GET');
  for (let renewal = 0; renewal < 5; renewal += 1) {
    await Promise.all([load(), control('signing-keys'), load()]);
    await load();
  }

  expect(outcomes).toHaveLength(300);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  const withdrawn = await control(`signing-keys/${before.body['current'] ?? ''}`, {}, 'DELETE');
  const current = await control('signing-keys', {}, 'GET');
  expect(withdrawn.status).toBe(200);
  expect(await control(`signing-keys/${current.body['current'] ?? ''}`, {}, 'DELETE')).toMatchObject({ status: 404 });
});
