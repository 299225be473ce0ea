import type * as functions from '@azure/functions';
import { HttpRequest, InvocationContext, type HttpFunctionOptions, type HttpResponse } from '@azure/functions';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { GATEWAY, openTenant, OTHER_TENANT, TENANT, USER, type Tenant } from '../identity/tenant.ts';

let tenant: Tenant;
const registered = new Map<string, HttpFunctionOptions>();

// What the app registers is caught here, in the place of the host; all else is the app's own.
vi.mock('@azure/functions', async (importOriginal) => {
  const original = await importOriginal<typeof functions>();
  // What is no route says so to everybody, and asks nobody who he is.
  const http = (name: string, options: HttpFunctionOptions) => {
    if (name !== 'unknown-route') registered.set(name, options);
  };
  return { ...original, app: { ...original.app, http, setup: () => undefined } };
});

/** These read nothing of a request but who sends it. */
const UNREADING = new Set([
  'check-key',
  'monitor',
  'monitor-session',
  'list-templates',
  'resource-metadata',
  'get-openapi',
  'get-swagger',
]);

/** These let in whoever knows other credentials, or anybody. */
const OPEN = [
  'databricks-webhook',
  'health',
  'monitor',
  'monitor-file',
  'resource-metadata',
  'get-openapi',
  'get-swagger',
];

const settings = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
  WEBSITE_AUTH_ENABLED: 'true',
  TEMPLATES_FILE: 'settings/templates.json',
};

const nowhere = ['Blob', 'Queue', 'Table'].map((service) => `${service}Endpoint=http://127.0.0.1:1/a;`).join('');

let registeredIn = '';

/** Loads the app anew where its settings are others than those of the test before. */
async function registerIn(env: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries({ ...settings, ...env })) vi.stubEnv(name, value);
  if (registeredIn === JSON.stringify(env)) return;
  registeredIn = JSON.stringify(env);
  registered.clear();
  vi.resetModules();
  await import('../../../src/main.ts');
}

/** Whatever reads the route or the body meets an error that is none. */
const THROWING: ProxyHandler<HttpRequest> = {
  get(request, key) {
    // oxlint-disable-next-line typescript/only-throw-error -- that is the point
    if (key === 'params' || key === 'body') throw null;
    return request[key as keyof HttpRequest];
  },
};

async function send(
  name: string,
  {
    headers = {},
    query = '',
    isThrowing = false,
    body,
  }: { headers?: Record<string, string>; query?: string; isThrowing?: boolean; body?: string } = {},
): Promise<HttpResponse> {
  const { methods = [], route = '', handler, extraInputs = [] } = registered.get(name)!;
  const path = route.replaceAll(/\{\w+\}/g, '0123456789abcdef0123456789abcdef');
  const request = new HttpRequest({
    method: methods[0]!,
    url: `http://127.0.0.1:7071/api/${path}${query}`,
    headers: { 'content-type': 'application/json', ...headers },
    body: { string: body ?? '{"unfinished' },
    params: { id: '0123456789abcdef0123456789abcdef', job: '7', name: 'greet' },
  });
  const context = new InvocationContext({ functionName: name, invocationId: 'request-1', options: { extraInputs } });
  // A body is read where there is a Durable client alone.
  const client = { taskHubName: 'none', creationUrls: {}, managementUrls: {} };
  if (body !== undefined) for (const input of extraInputs) context.extraInputs.set(input, client);
  return (await handler(isThrowing ? new Proxy(request, THROWING) : request, context)) as HttpResponse;
}

function principal(claims: Record<string, string>): string {
  const list = Object.entries(claims).map(([typ, val]) => ({ typ, val }));
  return Buffer.from(JSON.stringify({ auth_typ: 'aad', claims: list })).toString('base64');
}

beforeAll(async () => {
  tenant = await openTenant(Date.now());
});
afterAll(() => tenant[Symbol.asyncDispose]());

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue();
  vi.spyOn(console, 'warn').mockReturnValue();
});

it('registers all that there is', async () => {
  await registerIn({ AUTH_MODE: 'keys' });

  expect(registered.size).toBeGreaterThan(14);
  expect(OPEN.filter((name) => !registered.has(name))).toEqual([]);
});

/** What a mode is told by, and requests that carry nothing, something wrong, what counts elsewhere, and what is right. */
interface Mode {
  env: () => Record<string, string>;
  authLevel: 'function' | 'anonymous';
  refused: () => Promise<Record<string, string>[]>;
  right: () => Promise<Record<string, string>[]>;
}

const KNOWN = { tid: TENANT, oid: USER };
const FOREIGN_KEY = { 'x-functions-key': 'key' };
const FOREIGN_PRINCIPAL = { 'x-ms-client-principal': principal(KNOWN) };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const token = async (changes: Record<string, unknown> = {}) =>
  bearer(await tenant.sign({ ...tenant.claims, ...changes }));

const MODES: Record<string, Mode> = {
  'easy-auth': {
    env: () => ({}),
    authLevel: 'anonymous',
    refused: async () => [
      {},
      FOREIGN_KEY,
      await token(),
      { 'x-ms-client-principal-id': USER },
      { 'x-ms-client-principal': 'x' },
      { 'x-ms-client-principal': principal({}) },
      { 'x-ms-client-principal': principal({ oid: 'ceo' }) },
    ],
    right: () => Promise.resolve([FOREIGN_PRINCIPAL, { ...FOREIGN_PRINCIPAL, ...FOREIGN_KEY, ...bearer('x') }]),
  },
  // The host lets only requests through whose keys it knows.
  keys: {
    env: () => ({}),
    authLevel: 'function',
    refused: async () => [{}, { 'x-functions-key': '' }, await token(), FOREIGN_PRINCIPAL],
    right: () => Promise.resolve([FOREIGN_KEY, { ...FOREIGN_KEY, ...FOREIGN_PRINCIPAL, ...bearer('x') }]),
  },
  entra: {
    env: () => ({ ENTRA_TENANT_IDS: TENANT, ENTRA_AUDIENCES: GATEWAY, ENTRA_AUTHORITY: tenant.authority }),
    authLevel: 'anonymous',
    refused: async () => [
      {},
      FOREIGN_KEY,
      FOREIGN_PRINCIPAL,
      bearer('x'),
      { authorization: 'Basic eDp5' },
      { authorization: (await token()).authorization.replace('Bearer', 'Token') },
      { authorization: `${(await token()).authorization}, Bearer x` },
      await token({ aud: OTHER_TENANT }),
      await token({ iss: `https://sts.windows.net/${OTHER_TENANT}/`, tid: OTHER_TENANT }),
      { ...(await token({ exp: 1 })), ...FOREIGN_PRINCIPAL, ...FOREIGN_KEY },
    ],
    right: async () => [await token(), { ...(await token()), ...FOREIGN_PRINCIPAL, ...FOREIGN_KEY }],
  },
  anonymous: {
    env: () => ({}),
    authLevel: 'anonymous',
    refused: () => Promise.resolve([]),
    right: () => Promise.resolve([{}, FOREIGN_KEY, FOREIGN_PRINCIPAL, bearer('x')]),
  },
};

it.each(Object.entries(MODES))(
  'asks who calls before anything else on every route, in mode %s',
  async (mode, { env, authLevel, refused, right }) => {
    await registerIn({ AUTH_MODE: mode, ...env() });
    const strangers = await refused();
    const callers = await right();

    for (const [name, options] of registered) {
      if (OPEN.includes(name)) continue;
      expect({ name, authLevel: options.authLevel }).toEqual({ name, authLevel });
      for (const headers of strangers) {
        const { status, headers: returned } = await send(name, { headers, query: '?unknown=1' });
        expect({ name, headers, status }).toEqual({ name, headers, status: 401 });
        const challenge = returned.get('www-authenticate');
        expect(challenge?.includes('resource_metadata="http://127.0.0.1:7071/api/.well-known/')).toBe(mode === 'entra');
      }
      for (const headers of callers) {
        const { status } = await send(name, { headers, query: '?unknown=1' });
        expect({ name, headers, status }).toEqual({ name, headers, status: 400 });
      }
    }
    const metadata = await send('resource-metadata');
    expect({ mode, status: metadata.status }).toEqual({ mode, status: mode === 'entra' ? 200 : 404 });
  },
);

it('says where to get a token, and what was wrong with one', async () => {
  await registerIn({ AUTH_MODE: 'entra', ...MODES['entra']?.env() });

  expect(await (await send('resource-metadata')).json()).toEqual({
    resource: 'http://127.0.0.1:7071/api',
    resource_name: 'Databricks Gateway',
    authorization_servers: [`${tenant.authority}/${TENANT}/v2.0`],
    scopes_supported: [`${GATEWAY}/.default`],
    bearer_methods_supported: ['header'],
  });
  const { headers } = await send('list-runs', { headers: await token({ aud: OTHER_TENANT }) });
  expect(headers.get('www-authenticate')).toBe(
    'Bearer realm="gateway", resource_metadata="http://127.0.0.1:7071/api/.well-known/oauth-protected-resource", ' +
      'error="invalid_token", error_description="The token is for another application."',
  );
});

it('lets no error out of any route, whatever its innards throw', async () => {
  // Nothing answers at this address, and there is no Durable client.
  await registerIn({ AUTH_MODE: 'anonymous', AzureWebJobsStorage: `AccountName=a;AccountKey=eA==;${nowhere}` });

  for (const name of registered.keys()) {
    if (UNREADING.has(name)) continue;
    const response = await send(name, { isThrowing: true });
    expect({ name, status: response.status }).toEqual({ name, status: name === 'databricks-webhook' ? 401 : 500 });
    expect(await response.json()).toMatchObject({ status: response.status, request_id: 'request-1' });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  }
});

/** Reading the number by comparing its digits took hours, and so did the errors of a million elements. */
it.each<[what: string, value: string]>([
  ['a number of 300 KB', `1${'0'.repeat(300_000)}1`],
  ['a million elements', `[${'1,'.repeat(1_000_000)}1]`],
  ['2 MB of nesting', '['.repeat(2_000_000)],
  ['200,000 objects', `[${'{"task_key":"a"},'.repeat(200_000)}{}]`],
])('refuses %s on every route that takes a body, in a few hundred bytes', async (_what, value) => {
  await registerIn({ AUTH_MODE: 'anonymous', AzureWebJobsStorage: `AccountName=a;AccountKey=eA==;${nowhere}` });
  const isHuge = value.length > 1_000_000;
  const names = isHuge ? ['x'] : ['gateway', 'parameters', 'rerun_tasks', 'event_type'];
  const body = `{${names.map((name) => `"${name}":${value}`).join()}}`;

  for (const [name, { methods = [] }] of registered) {
    if (!methods.includes('POST')) continue;
    const response = await send(name, { body });
    expect({ name, status: response.status }).toEqual({ name, status: name === 'databricks-webhook' ? 401 : 400 });
    expect((await response.text()).length).toBeLessThan(1_000);
  }
});

it('returns 503 on every route, and keeps them shut, where a setting cannot be used', async () => {
  await registerIn({ DATABRICKS_HOST: 'http://planted.example' });

  for (const [name, { authLevel }] of registered) {
    const response = await send(name);
    const text = await response.text();
    expect({ name, status: response.status }).toEqual({ name, status: 503 });
    expect(text).toContain('CONFIGURATION_INVALID');
    expect(text).not.toContain('planted');
    expect(text.includes('DATABRICKS_HOST')).toBe(name === 'health');
    expect(authLevel).toBe(OPEN.includes(name) ? 'anonymous' : 'function');
  }
  expect(vi.mocked(console.error).mock.calls).toEqual([[expect.stringContaining('DATABRICKS_HOST')]]);
});

it('returns 503 on every route where a document cannot be used, until it can', async () => {
  await registerIn({ AUTH_MODE: 'anonymous', TEMPLATES_FILE: 'settings/planted.json' });

  for (const name of registered.keys()) {
    const response = await send(name);
    const text = await response.text();
    expect({ name, status: response.status }).toEqual({ name, status: 503 });
    expect(text).toContain('CONFIGURATION_INVALID');
    expect(text).not.toContain('planted');
    expect(text.includes('TEMPLATES_FILE')).toBe(name === 'health');
  }
});
