import { HttpRequest } from '@azure/functions';
import { expect, it } from 'vitest';
import type { AppContext } from '../../../src/shared/context.ts';
import type { AuthMode } from '../../../src/shared/config/auth-config.ts';
import { callerOf } from '../../../src/shared/http/caller.ts';

const TENANT = '11111111-aaaa-4bbb-8ccc-222222222222';
const USER = '33333333-dddd-4eee-8fff-444444444444';
const MAPPED = 'http://schemas.microsoft.com/identity/claims';

function request(headers: Record<string, string>, query: Record<string, string> = {}): HttpRequest {
  return new HttpRequest({ method: 'GET', url: 'https://gateway.example/api/runs', headers, query });
}

/** Who calls where nothing but the request tells. */
function whoCalls(given: HttpRequest, mode: AuthMode) {
  const context = {
    config: { auth: { mode } },
    keyNames: undefined,
    tokenVerifier: undefined,
  } as unknown as AppContext;
  return callerOf(given, context, { functionName: 'create-run', hostOrigin: () => 'http://127.0.0.1:7071' });
}

function principal(claims: Record<string, string> | [string, string][], authType = 'aad'): Record<string, string> {
  const list = (Array.isArray(claims) ? claims : Object.entries(claims)).map(([typ, val]) => ({ typ, val }));
  const text = JSON.stringify({ auth_typ: authType, claims: list });
  return { 'x-ms-client-principal': Buffer.from(text).toString('base64') };
}

const unknown = { roles: [], groups: [], groupsOverage: false };
const known = { tid: TENANT, oid: USER };

it('tells callers with different keys apart without keeping a key', async () => {
  const first = await whoCalls(request({ 'x-functions-key': 'planted-secret-1' }), 'keys');
  const second = await whoCalls(request({}, { code: 'planted-secret-2' }), 'keys');

  expect(first.kind).toBe('key');
  expect(first.id).not.toBe(second.id);
  expect(JSON.stringify([first, second])).not.toContain('planted');
});

it('knows a key as the host does: the header wins, and the name in the query has any case', async () => {
  const inHeader = await whoCalls(request({ 'x-functions-key': 'one' }, { code: 'two' }), 'keys');

  expect(inHeader).toEqual(await whoCalls(request({ 'x-functions-key': 'one' }), 'keys'));
  expect(await whoCalls(request({}, { CODE: 'one' }), 'keys')).toEqual(inHeader);
});

it('knows a user and an application by tenant and object, whichever names the claims go by', async () => {
  const user = await whoCalls(
    request(principal({ ...known, preferred_username: 'ada@example.com', scp: 'runs' })),
    'easy-auth',
  );
  const mapped = await whoCalls(
    request(
      principal({
        [`${MAPPED}/tenantid`]: TENANT.toUpperCase(),
        [`${MAPPED}/objectidentifier`]: USER,
        [`${MAPPED}/scope`]: 'runs',
        appid: 'client-1',
        name: 'Ada',
      }),
    ),
    'easy-auth',
  );
  const context = await whoCalls(request(principal({ ...known, appid: 'client-1' })), 'easy-auth');

  expect(user).toEqual({
    kind: 'user',
    id: `${TENANT}/${USER}`,
    name: 'ada@example.com',
    ...unknown,
    userPrincipalName: 'ada@example.com',
  });
  expect(mapped).toEqual({ kind: 'user', id: `${TENANT}/${USER}`, name: 'Ada', ...unknown });
  expect(context).toEqual({ kind: 'app', id: `${TENANT}/${USER}`, name: `${TENANT}/${USER}`, ...unknown });
});

it('passes on the roles of the type that the principal names, groups, and where groups are missing', async () => {
  const claims = [
    { typ: 'tid', val: TENANT },
    { typ: 'oid', val: USER },
    { typ: 'scp', val: 'runs' },
    { typ: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role', val: 'Admin' },
    { typ: 'own/role', val: 'Runs.Submit' },
    { typ: 'other/role', val: 'Owner' },
    { typ: 'groups', val: 'g1' },
    { typ: 'groups', val: 'g2' },
  ];
  const callerWith = (more: typeof claims) => {
    const text = JSON.stringify({ auth_typ: 'aad', role_typ: 'own/role', claims: [...claims, ...more] });
    return whoCalls(request({ 'x-ms-client-principal': Buffer.from(text).toString('base64') }), 'easy-auth');
  };

  expect(await callerWith([])).toMatchObject({
    roles: ['Admin', 'Runs.Submit'],
    groups: ['g1', 'g2'],
    groupsOverage: false,
  });
  expect(await callerWith([{ typ: 'hasgroups', val: 'true' }])).toMatchObject({ groupsOverage: true });
});

it('bounds the name, which its bearer chooses, and takes control characters out of it', async () => {
  const { name } = await whoCalls(request(principal({ ...known, name: `a\r\n${'b'.repeat(6_000)}` })), 'easy-auth');

  expect(name).toBe(`a${'b'.repeat(255)}`);
});

it.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['an id alone', { 'x-ms-client-principal-id': USER, 'x-ms-client-principal-idp': 'aad' }],
  ['no claims', { ...principal({}), 'x-ms-client-principal-id': USER }],
  ['no JSON', { 'x-ms-client-principal': 'bm90IGpzb24=' }],
  ['a word', { 'x-ms-client-principal': 'x' }],
  ['null', { 'x-ms-client-principal': Buffer.from('null').toString('base64') }],
  ['a name', principal({ name: 'nobody' })],
  ['an object without a tenant', principal({ oid: USER })],
  ['a tenant without an object', principal({ tid: TENANT })],
  ['an empty object', principal({ tid: TENANT, oid: '' })],
  ['a word for an object', principal({ tid: TENANT, oid: 'ceo' })],
  ['an object with more behind it', principal({ tid: TENANT, oid: `${USER}\r\nx` })],
  ['a long object', principal({ tid: TENANT, oid: 'a'.repeat(6_000) })],
  ['two objects', principal([...Object.entries(known), ['oid', TENANT]])],
  ['two tenants', principal({ ...known, [`${MAPPED}/tenantid`]: USER })],
  ['another identity provider', principal(known, 'google')],
  ['a principal beyond all bounds', principal({ ...known, x: 'a'.repeat(70_000) })],
  ['a key', { 'x-functions-key': 'key' }],
])('lets nobody in by %s where App Service authentication has to say who calls', async (_what, headers) => {
  await expect(whoCalls(request(headers), 'easy-auth')).rejects.toMatchObject({
    status: 401,
    code: 'UNAUTHENTICATED',
    extras: { challenge: expect.stringMatching(/^Bearer /) },
  });
});

it.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['an empty key', { 'x-functions-key': '' }],
  ['a principal', principal(known)],
])('lets nobody in by %s where keys have to', async (_what, headers) => {
  await expect(whoCalls(request(headers), 'keys')).rejects.toMatchObject({ status: 401 });
});

it('knows nobody where nobody is asked, whatever the request carries', async () => {
  const caller = await whoCalls(request({ ...principal(known), 'x-functions-key': 'key' }), 'anonymous');

  expect(caller).toEqual({ kind: 'anonymous', id: 'anonymous', name: 'anonymous', ...unknown });
});
