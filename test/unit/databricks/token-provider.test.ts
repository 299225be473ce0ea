import { inspect } from 'node:util';
import { MockAgent } from 'undici';
import { expect, it } from 'vitest';
import { DatabricksPermissionError, DatabricksProtocolError } from '../../../src/shared/databricks/errors.ts';
import { createTokenProvider } from '../../../src/shared/databricks/token-provider.ts';
import { manualClock } from './manual-clock.ts';
import { HOST } from './transport-fixture.ts';

const reference = { source: 'key-vault', name: 's' } as const;

/** Secrets whose next value comes when one is dropped. */
function rotatingSecrets(...values: string[]) {
  return {
    get: async () => values[0] ?? '',
    drop: (_reference: unknown, refused: string) => {
      if (values[0] === refused && values.length > 1) values.shift();
    },
  };
}

function startM2m(...secretValues: string[]) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const clock = manualClock();
  const seen: string[] = [];
  const tokens = createTokenProvider({
    auth: { type: 'oauth-m2m', clientId: 'client', clientSecret: reference },
    host: HOST,
    secrets: rotatingSecrets(...secretValues),
    dispatcher: async () => agent,
    onToken: (token) => seen.push(token),
    now: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
  });
  return { tokens, clock, seen, workspace: agent.get(HOST) };
}

function tokenRequest(secret: string) {
  return {
    path: '/oidc/v1/token',
    method: 'POST',
    body: 'grant_type=client_credentials&scope=all-apis',
    headers: { authorization: `Basic ${Buffer.from(`client:${secret}`).toString('base64')}` },
  };
}

it('gives a personal access token as the secret is, and drops the secret with it', async () => {
  const tokens = createTokenProvider({
    auth: { type: 'pat', token: reference },
    host: HOST,
    secrets: rotatingSecrets('old', 'new'),
    dispatcher: async () => new MockAgent(),
    onToken: () => {},
    ...manualClock(),
    random: () => 0,
  });

  expect(await tokens.getToken()).toEqual({ token: 'old', expiresAtMs: Number.POSITIVE_INFINITY });
  tokens.drop('old');
  expect((await tokens.getToken()).token).toBe('new');
});

it('signs in by client id and secret, and says the token to whoever must hide it', async () => {
  const { tokens, clock, seen, workspace } = startM2m('planted-secret');
  workspace.intercept(tokenRequest('planted-secret')).reply(200, { access_token: 't1', expires_in: 3600 });

  expect(await tokens.getToken()).toMatchObject({ token: 't1', expiresAtMs: clock.now() + 3_600_000 });
  expect(seen).toEqual(['t1']);
});

it('absorbs trouble of the token endpoint', async () => {
  const { tokens, workspace } = startM2m('planted-secret');
  workspace.intercept(tokenRequest('planted-secret')).reply(503, '');
  workspace
    .intercept(tokenRequest('planted-secret'))
    .replyWithError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
  workspace.intercept(tokenRequest('planted-secret')).reply(200, { access_token: 't1', expires_in: 3600 });

  expect((await tokens.getToken()).token).toBe('t1');
});

it('tries a rotated secret once', async () => {
  const { tokens, workspace } = startM2m('old-secret', 'new-secret');
  workspace.intercept(tokenRequest('old-secret')).reply(401, { error: 'invalid_client' });
  workspace.intercept(tokenRequest('new-secret')).reply(200, { access_token: 't1', expires_in: 3600 });

  expect((await tokens.getToken()).token).toBe('t1');
});

it.each([400, 401])('says that a secret was refused with %i, and not what it was', async (status) => {
  const { tokens, workspace } = startM2m('planted-secret');
  const body = { error: 'invalid_client', error_description: 'The secret planted-secret is wrong.' };
  workspace.intercept(tokenRequest('planted-secret')).reply(status, body);

  const error = await tokens.getToken().catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(DatabricksPermissionError);
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain('planted-secret');
});

it('refuses an answer without a token', async () => {
  const { tokens, workspace } = startM2m('planted-secret');
  workspace.intercept(tokenRequest('planted-secret')).reply(200, '<html>').persist();

  await expect(tokens.getToken()).rejects.toThrow(DatabricksProtocolError);
});
