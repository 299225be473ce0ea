import type * as functions from '@azure/functions';
import { HttpRequest, InvocationContext, type HttpFunctionOptions, type HttpResponse } from '@azure/functions';
import { beforeEach, expect, it, vi } from 'vitest';

const registered = new Map<string, HttpFunctionOptions>();

// What the app registers is caught here, in the place of the host; all else is the app's own.
vi.mock('@azure/functions', async (importOriginal) => {
  const original = await importOriginal<typeof functions>();
  const http = (name: string, options: HttpFunctionOptions) => registered.set(name, options);
  return { ...original, app: { ...original.app, http, setup: () => undefined } };
});

/** These let in whoever knows other credentials, or anybody. */
const OPEN = ['databricks-webhook', 'health'];

const settings = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
  WEBSITE_AUTH_ENABLED: 'true',
};

const nowhere = ['Blob', 'Queue', 'Table'].map((service) => `${service}Endpoint=http://127.0.0.1:1/a;`).join('');

async function registerIn(env: Record<string, string>): Promise<void> {
  registered.clear();
  vi.resetModules();
  for (const [name, value] of Object.entries({ ...settings, ...env })) vi.stubEnv(name, value);
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
    params: { id: '0123456789abcdef0123456789abcdef', job: '7' },
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

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue();
  vi.spyOn(console, 'warn').mockReturnValue();
});

it('registers all that there is', async () => {
  await registerIn({ AUTH_MODE: 'keys' });

  expect(registered.size).toBeGreaterThan(14);
  expect(OPEN.filter((name) => !registered.has(name))).toEqual([]);
});

it.each<[string, string, Record<string, string>[]]>([
  [
    'easy-auth',
    'anonymous',
    [
      {},
      { 'x-functions-key': 'key' },
      { authorization: 'Bearer x' },
      { 'x-ms-client-principal-id': '33333333-dddd-4eee-8fff-444444444444' },
      { 'x-ms-client-principal': 'x' },
      { 'x-ms-client-principal': principal({}) },
      { 'x-ms-client-principal': principal({ oid: 'ceo' }) },
    ],
  ],
  [
    'keys',
    'function',
    [
      {},
      { 'x-functions-key': '' },
      { authorization: 'Bearer x' },
      {
        'x-ms-client-principal': principal({
          tid: '11111111-aaaa-4bbb-8ccc-222222222222',
          oid: '33333333-dddd-4eee-8fff-444444444444',
        }),
      },
    ],
  ],
])('asks who calls before anything else on every route, in mode %s', async (mode, authLevel, credentials) => {
  await registerIn({ AUTH_MODE: mode });

  for (const [name, options] of registered) {
    if (OPEN.includes(name)) continue;
    expect({ name, authLevel: options.authLevel }).toEqual({ name, authLevel });
    for (const headers of credentials) {
      const { status, headers: returned } = await send(name, { headers, query: '?unknown=1' });
      expect({ name, headers, status }).toEqual({ name, headers, status: 401 });
      expect(returned.get('www-authenticate')).not.toBeNull();
    }
  }
});

it('lets no error out of any route, whatever its innards throw', async () => {
  // Nothing answers at this address, and there is no Durable client.
  await registerIn({ AUTH_MODE: 'anonymous', AzureWebJobsStorage: `AccountName=a;AccountKey=eA==;${nowhere}` });

  for (const name of registered.keys()) {
    if (name === 'check-key') continue;
    const response = await send(name, { isThrowing: true });
    expect({ name, status: response.status }).toEqual({ name, status: name === 'databricks-webhook' ? 401 : 500 });
    expect(await response.json()).toMatchObject({ status: response.status, request_id: 'request-1' });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  }
});

/** Reading the number by comparing its digits took hours, and so did the errors of a million elements. */
it.each<[what: string, value: string]>([
  ['a number of 300 KB', `1${'0'.repeat(300_000)}1`],
  ['4 M elements', `[${'1,'.repeat(4_000_000)}1]`],
  ['10 MB of nesting', '['.repeat(10_000_000)],
  ['500,000 objects', `[${'{"task_key":"a"},'.repeat(500_000)}{}]`],
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
