import { createPublicKey } from 'node:crypto';
import { generateKeyPair, type JWK, type JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTokenVerifier, type TokenVerifier } from '../../../src/shared/identity/token-verifier.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';
import { createLog } from '../../../src/shared/telemetry/log.ts';
import { CLIENT, GATEWAY, openTenant, OTHER_TENANT, TENANT, USER, type Tenant } from './tenant.ts';

const START_MS = Date.parse('2026-03-01T12:00:00Z');
const APP_ID_URI = 'api://databricks-gateway';
const HOUR = 3_600;
const now = START_MS / 1_000;

let tenant: Tenant;
let first: JWK;
let nowMs = START_MS;
let verifier: TokenVerifier;

beforeAll(async () => {
  tenant = await openTenant(START_MS);
  [first] = tenant.published as [JWK];
});
afterAll(() => tenant[Symbol.asyncDispose]());

beforeEach(() => {
  nowMs = START_MS;
  tenant.answer = undefined;
  tenant.published.splice(0, Infinity, first);
  verifier = openVerifier();
});

function openVerifier(): TokenVerifier {
  const config = {
    tenantIds: [TENANT],
    audiences: [GATEWAY, APP_ID_URI],
    authority: tenant.authority,
    keysCooldownMs: 30_000,
  };
  const log = createLog({ sink: () => {}, redactor: createRedactor() });
  return createTokenVerifier({ config, log, now: () => nowMs });
}

/** The claims of a user's token of version 2.0 with changes; undefined takes a claim away. */
function claims(changes: Record<string, unknown> = {}): JWTPayload {
  return JSON.parse(JSON.stringify({ ...tenant.claims, ...changes })) as JWTPayload;
}

const version1 = (): Record<string, unknown> => ({
  iss: `https://sts.windows.net/${TENANT}/`,
  ver: '1.0',
  azp: undefined,
  appid: CLIENT,
});
const app = { scp: undefined, sub: USER, roles: ['Runs.Submit'], preferred_username: undefined };

it('lets in a user of either version, for the client id and the App ID URI', async () => {
  const user = { kind: 'user', id: `${TENANT}/${USER}`, name: 'ada@example.com', userPrincipalName: 'ada@example.com' };

  expect(await verifier.callerOf(await tenant.sign(claims()))).toMatchObject(user);
  expect(await verifier.callerOf(await tenant.sign(claims({ ...version1(), aud: APP_ID_URI })))).toMatchObject(user);
});

it('lets in an application of either version by its roles, and shows its client id', async () => {
  const known = {
    kind: 'app',
    id: `${TENANT}/${USER}`,
    name: CLIENT,
    roles: ['Runs.Submit'],
    groups: [],
    groupsOverage: false,
  };

  expect(await verifier.callerOf(await tenant.sign(claims(app)))).toEqual(known);
  expect(await verifier.callerOf(await tenant.sign(claims({ ...version1(), ...app })))).toEqual(known);
  expect(await verifier.callerOf(await tenant.sign(claims({ ...app, sub: 'x', idtyp: 'app' })))).toEqual(known);
});

it('passes on roles and groups, and says where groups are missing', async () => {
  const known = await verifier.callerOf(await tenant.sign(claims({ roles: ['Admin'], groups: ['g1', 'g2'] })));
  const overage = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://x.example' } } };

  expect(known).toMatchObject({ roles: ['Admin'], groups: ['g1', 'g2'], groupsOverage: false });
  for (const marks of [overage, { hasgroups: true }, { hasgroups: 'true' }]) {
    const caller = await verifier.callerOf(await tenant.sign(claims(marks)));
    expect(caller).toMatchObject({ groups: [], groupsOverage: true });
  }
});

it('allows a minute between the clocks', async () => {
  for (const times of [
    { nbf: now + 55, exp: now + HOUR },
    { nbf: now - HOUR, exp: now - 55 },
  ])
    expect(await verifier.callerOf(await tenant.sign(claims(times)))).toMatchObject({ kind: 'user' });
});

it.each<[what: string, reason: string, changes: () => Record<string, unknown>]>([
  ['an unknown issuer', 'issuer', () => ({ iss: `https://evil.example/${TENANT}/v2.0` })],
  [
    'the issuer of a tenant that is not configured',
    'issuer',
    () => ({ iss: `${tenant.authority}/${OTHER_TENANT}/v2.0` }),
  ],
  ['an issuer with a slash too many', 'issuer', () => ({ iss: `${tenant.authority}/${TENANT}/v2.0/` })],
  ['an issuer of version 1.0 without its slash', 'issuer', () => ({ iss: `https://sts.windows.net/${TENANT}` })],
  ['no issuer', 'issuer', () => ({ iss: undefined })],
  ['another application of the tenant as its audience', 'audience', () => ({ aud: CLIENT })],
  ['Microsoft Graph as its audience', 'audience', () => ({ aud: '00000003-0000-0000-c000-000000000000' })],
  ['no audience', 'claims|audience', () => ({ aud: undefined })],
  ['a list of audiences', 'claims', () => ({ aud: [GATEWAY, CLIENT] })],
  ['an end in the past', 'expired', () => ({ exp: now - 61 })],
  ['no end', 'claims', () => ({ exp: undefined })],
  ['a start in the future', 'not_yet_valid', () => ({ nbf: now + 61 })],
  ['no start', 'claims|not_yet_valid', () => ({ nbf: undefined })],
  ['another tenant than its issuer', 'claims', () => ({ tid: OTHER_TENANT })],
  ['no tenant', 'claims', () => ({ tid: undefined })],
  ['no object', 'claims', () => ({ oid: undefined })],
  ['a word for an object', 'claims', () => ({ oid: 'ceo' })],
  ['the version of the other issuer', 'claims', () => ({ ver: '1.0', appid: CLIENT })],
  ['no version', 'claims', () => ({ ver: undefined })],
  ['neither a scope nor a role', 'permissions', () => ({ scp: undefined })],
  ['an empty scope', 'permissions', () => ({ scp: ' ' })],
  ['no roles for an application', 'permissions', () => ({ ...app, roles: [] })],
  [
    'no application that asked for it, as an id token',
    'claims',
    () => ({ azp: undefined, scp: undefined, roles: ['Admin'] }),
  ],
  ['the roles of a user without a scope', 'claims', () => ({ scp: undefined, roles: ['Admin'] })],
  ['scopes of an application', 'claims', () => ({ ...app, scp: 'Runs.Use', idtyp: 'app' })],
  ['roles that are numbers', 'claims', () => ({ roles: [1] })],
])('lets no token in that has %s', async (_what, reason, changes) => {
  const token = await tenant.sign(claims(changes()));

  await expect(verifier.callerOf(token)).rejects.toMatchObject({
    name: 'TokenError',
    code: 'UNAUTHENTICATED',
    reason: expect.stringMatching(new RegExp(`^(${reason})$`)),
  });
});

it.each<[what: string, reason: string, token: () => Promise<string>]>([
  ['with another key of the same name', 'signature', async () => signed({ kid: 'first' }, await unpublished('RS256'))],
  [
    'with a key that is not published',
    'unknown_key',
    async () => signed({ kid: 'hidden' }, await unpublished('RS256')),
  ],
  ['with a key that it does not name', 'unknown_key', () => signed({ kid: undefined })],
  ['with RS512', 'algorithm', async () => signed({ alg: 'RS512' }, await unpublished('RS512'))],
  ['with PS256', 'algorithm', async () => signed({ alg: 'PS256' }, await unpublished('PS256'))],
  ['with ES256', 'algorithm', async () => signed({ alg: 'ES256' }, await unpublished('ES256'))],
  ['with HS256 and the public key as the secret', 'algorithm', () => signed({ alg: 'HS256' }, publicKeyAsSecret())],
  ['with nothing', 'algorithm', () => Promise.resolve(unsigned({ alg: 'none', kid: 'first' }))],
  ['with nothing but the right header', 'signature', () => Promise.resolve(unsigned({ alg: 'RS256', kid: 'first' }))],
  [
    'with keys from where it says itself',
    'unknown_key',
    () => signed({ kid: 'mine', jku: 'https://evil.example/keys' }),
  ],
  [
    'with a certificate from where it says itself',
    'unknown_key',
    () => signed({ kid: 'mine', x5u: 'https://evil.example' }),
  ],
  ['with an extension that is not known', 'malformed', () => signed({ crit: ['x'], x: 1 })],
])('lets no token in that is signed %s', async (_what, reason, token) => {
  await expect(verifier.callerOf(await token())).rejects.toMatchObject({ name: 'TokenError', reason });
});

it.each<[what: string, token: (good: string) => string]>([
  ['nothing', () => ''],
  ['a word', () => 'x'],
  ['three words', () => 'a.b.c'],
  ['five parts', (good) => `${good}.a.b`],
  ['a token with its signature cut off', (good) => good.slice(0, good.lastIndexOf('.'))],
  ['a token with its claims changed', (good) => good.replace(/\.[^.]+\./, `.${encoded(claims({ oid: TENANT }))}.`)],
  ['claims that are no object', (good) => good.replace(/\.[^.]+\./, `.${encoded([1])}.`)],
  ['claims that are no JSON', (good) => good.replace(/\.[^.]+\./, '.eyJ.')],
  ['a header that is no JSON', (good) => good.replace(/^[^.]+/, 'eyJ')],
  ['a token of 40 KB', (good) => `${good}${'A'.repeat(40_000)}`],
])('takes %s for no token', async (_what, change) => {
  const good = await tenant.sign(claims());

  await expect(verifier.callerOf(change(good))).rejects.toMatchObject({
    name: 'TokenError',
    reason: expect.stringMatching(/^(malformed|signature|issuer|too_long)$/),
  });
});

it('quotes nothing of a token where it says what is wrong with it', async () => {
  const token = await tenant.sign(claims({ aud: 'planted-audience', name: 'planted-name' }));
  const error: unknown = await verifier.callerOf(token).catch((thrown: unknown) => thrown);

  expect(`${String(error)}${JSON.stringify(error)}`).not.toMatch(/planted|eyJ/);
  expect((error as Error).cause).toBeUndefined();
});

it('reads the keys once for many tokens at a time, and not again for those it has seen', async () => {
  const before = tenant.reads();
  const tokens = await Promise.all(
    Array.from({ length: 20 }, (_, index) => tenant.sign(claims({ uti: String(index) }))),
  );

  await Promise.all(tokens.map((token) => verifier.callerOf(token)));
  await Promise.all(tokens.map((token) => verifier.callerOf(token)));

  expect(tenant.reads() - before).toBe(1);
});

it('takes a token from memory for five minutes, and never after its end', async () => {
  const long = await tenant.sign(claims());
  const short = await tenant.sign(claims({ exp: now + 100 }));
  await verifier.callerOf(long);
  await verifier.callerOf(short);
  tenant.published.splice(0, 1);
  await tenant.newKey('second');

  nowMs += 161_000;
  await verifier.callerOf(long);
  await expect(verifier.callerOf(short)).rejects.toMatchObject({ reason: 'expired' });
  // After ten minutes the keys are read beside the requests, and the one that was taken back is gone.
  nowMs += 600_000;
  const other = async () => verifier.callerOf(await tenant.sign(claims({ uti: String(Math.random()) })));
  await expect.poll(() => other().catch((error: unknown) => error)).toMatchObject({ reason: 'unknown_key' });
  await expect(verifier.callerOf(long)).rejects.toMatchObject({ reason: 'unknown_key' });
});

it('refuses no right token while the signing key is renewed under load', async () => {
  const before = tenant.reads();
  const load = async (kid: string, key?: Awaited<ReturnType<Tenant['newKey']>>) => {
    const tokens = Array.from({ length: 25 }, (_, index) =>
      tenant.sign(claims({ uti: `${kid}${index}` }), { kid }, key),
    );
    return Promise.allSettled((await Promise.all(tokens)).map((token) => verifier.callerOf(token)));
  };
  const old = load('first');
  const outcomes = await old;
  for (const kid of ['second', 'third', 'fourth']) {
    nowMs += 31_000;
    const key = await tenant.newKey(kid);
    outcomes.push(...(await Promise.all([load(kid, key), load('first')])).flat());
  }

  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(tenant.reads() - before).toBe(4);
});

it('reads the keys once in half a minute, however many tokens name unknown ones', async () => {
  await verifier.callerOf(await tenant.sign(claims()));
  const before = tenant.reads();
  const flood = () => Promise.all(Array.from({ length: 20 }, (_, index) => refused(`made-up-${index}`)));

  expect(new Set(await flood())).toEqual(new Set(['unknown_key']));
  expect(tenant.reads() - before).toBe(0);
  nowMs += 30_000;
  await flood();
  await flood();

  expect(tenant.reads() - before).toBe(1);
});

it.each<[what: string, answer: Tenant['answer']]>([
  ['fails', (response) => response.writeHead(500).end()],
  ['sends elsewhere', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
  ['hangs up', (response) => response.destroy()],
  ['publishes no JSON', (response) => response.end('<html>')],
  ['publishes no keys', (response) => response.end('{"keys":[]}')],
  ['publishes without end', (response) => response.end(`{"keys":[${'1,'.repeat(200_000)}1]}`)],
])('goes on with the keys it knows while the tenant %s, and says 503 of others', async (_what, answer) => {
  const token = await tenant.sign(claims());
  await verifier.callerOf(token);
  const key = await tenant.newKey('second');
  tenant.answer = answer;
  nowMs += 20 * 60_000;

  await verifier.callerOf(token);
  await expect(verifier.probe()).rejects.toMatchObject({ code: 'SIGNING_KEYS_UNAVAILABLE' });
  const rotated = await tenant.sign(claims(), { kid: 'second' }, key);
  await expect(verifier.callerOf(rotated)).rejects.toMatchObject({ code: 'SIGNING_KEYS_UNAVAILABLE', retryable: true });
  await expect(openVerifier().callerOf(token)).rejects.toMatchObject({ code: 'SIGNING_KEYS_UNAVAILABLE' });

  tenant.answer = undefined;
  nowMs += 5_000;
  await verifier.callerOf(rotated);
  await verifier.probe();
});

it('takes no keys that Entra publishes for others, nor short ones', async () => {
  const { n = '' } = first;
  tenant.published.push({ ...first, kid: 'other', issuer: `https://login.example/${OTHER_TENANT}/v2.0` });
  tenant.published.push({ ...first, kid: 'own', issuer: 'https://login.example/{tenantid}/v2.0' });
  tenant.published.push({ ...first, kid: 'encryption', use: 'enc' }, { ...first, kid: 'short', n: n.slice(0, 171) });

  await verifier.callerOf(await tenant.sign(claims(), { kid: 'own' }));
  for (const kid of ['other', 'encryption', 'short']) {
    const token = await tenant.sign(claims(), { kid });
    await expect(verifier.callerOf(token)).rejects.toMatchObject({ reason: 'unknown_key' });
  }
});

async function refused(kid: string): Promise<unknown> {
  const error: unknown = await verifier
    .callerOf(await tenant.sign(claims(), { kid }))
    .catch((thrown: unknown) => thrown);
  return (error as { reason?: unknown }).reason;
}

async function unpublished(algorithm: string) {
  return (await generateKeyPair(algorithm)).privateKey;
}

function publicKeyAsSecret(): Uint8Array {
  const [jwk] = tenant.published as [JWK];
  return Buffer.from(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string);
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function unsigned(header: Record<string, unknown>): string {
  return `${encoded(header)}.${encoded(claims())}.`;
}

function signed(header: Record<string, unknown>, key?: Parameters<Tenant['sign']>[2]): Promise<string> {
  return tenant.sign(claims(), header, key);
}
