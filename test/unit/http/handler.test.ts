import { HttpRequest, InvocationContext } from '@azure/functions';
import { expect, it } from 'vitest';
import type { AppContext } from '../../../src/shared/context.ts';
import { createContext } from '../../../src/shared/create-context.ts';
import { ConfigError } from '../../../src/shared/config/config-error.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { unconfiguredHealth } from '../../../src/shared/http/health/health-response.ts';
import { httpHandler, json, type Endpoint } from '../../../src/shared/http/handler.ts';
import { ProblemError } from '../../../src/shared/http/problem.ts';
import { SecretNotFoundError, SecretsUnavailableError } from '../../../src/shared/secrets/secrets.ts';

const settings = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  DATABRICKS_HOST: 'https://adb-1.azuredatabricks.net',
};
const log: string[] = [];

function appWith(env: Record<string, string> = {}): AppContext {
  log.length = 0;
  return createContext({ ...settings, ...env }, { sink: (record) => log.push(JSON.stringify(record)) });
}

const anonymous = appWith({ AUTH_MODE: 'anonymous' });

async function call(endpoint: Endpoint, { open = () => anonymous, query = '', host = '127.0.0.1:7071' } = {}) {
  log.length = 0;
  const url = `http://127.0.0.1:7071/api/x${query}`;
  const request = new HttpRequest({ method: 'GET', url, headers: { host } });
  const context = new InvocationContext({ functionName: 'x', invocationId: 'request-1' });
  const response = await httpHandler(open, endpoint, () => 'http://127.0.0.1:7071')(request, context);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text === '' ? undefined : JSON.parse(text) };
}

function throwing(what: unknown): Endpoint {
  return {
    handle: () => {
      throw what;
    },
  };
}

it('marks every response as one that is neither kept nor guessed at', async () => {
  const responses = [
    await call({ handle: () => Promise.resolve(json(200, {})) }),
    await call({ handle: () => Promise.resolve({ status: 204 }) }),
    await call({ handle: () => Promise.resolve({ body: ReadableStream.from([Buffer.from('1')]) }) }),
    await call({ handle: () => Promise.resolve({ headers: { 'Cache-Control': 'public' } }) }),
    await call(throwing(new Error('x'))),
    await call(throwing(new ProblemError('RUN_NOT_FOUND', 'x'))),
  ];

  for (const { headers } of responses) {
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

const hostile = new Proxy(new Error('planted'), {
  get: () => {
    throw new Error('no access');
  },
  getPrototypeOf: () => {
    throw new Error('no access');
  },
});

it.each<[string, unknown]>([
  ['an error', new Error('planted')],
  ['an error of the inner parts', new AppError('planted', { code: 'X', retryable: false })],
  ['null', null],
  ['nothing', undefined],
  ['text', 'planted'],
  ['an error that cannot be looked at', hostile],
])('lets no error out, and no word of it: %s', async (_what, thrown) => {
  const { status, headers, body, text } = await call(throwing(thrown));

  expect(status).toBe(500);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body).toMatchObject({ status: 500, code: 'INTERNAL_ERROR', request_id: 'request-1' });
  expect(text).not.toContain('planted');
});

it.each<[string, Endpoint]>([
  ['a rejected promise', { handle: () => Promise.reject(new Error('x')) }],
  ['a header that cannot be sent', { handle: () => Promise.resolve({ headers: { location: 'a\nb' } }) }],
  ['a status that does not exist', { handle: () => Promise.resolve({ status: 1_000 }) }],
  ['a problem that cannot be written', throwing(new ProblemError('INVALID_BODY', 'x', { result: 1n }))],
])('returns a problem document for %s', async (_what, endpoint) => {
  expect(await call(endpoint)).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
});

it('returns a problem document where neither the context nor its log is there', async () => {
  const noApp = () => {
    throw new Error('planted');
  };
  const noLog = () => ({ ...anonymous, log: undefined }) as unknown as AppContext;

  expect(await call(throwing(new Error('x')), { open: noApp })).toMatchObject({ status: 500 });
  expect(await call(throwing(new Error('x')), { open: noLog })).toMatchObject({ status: 500 });
});

it('keeps the words of a vault, and of whatever else is down, in the log', async () => {
  const vault = await call(
    throwing(new SecretsUnavailableError({ secretName: 'planted-name', cause: new Error('planted hang up') })),
  );
  expect(vault).toMatchObject({ status: 503, body: { code: 'SECRETS_UNAVAILABLE' } });
  expect(vault.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(vault.text).not.toMatch(/planted|hang up/);
  expect(log.join('\n')).toMatch(/planted-name.*planted hang up/);

  const missing = await call(throwing(new SecretNotFoundError('planted-name', 'vault')));
  expect(missing).toMatchObject({ status: 503, body: { code: 'SECRET_NOT_FOUND' } });
  expect(missing.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(missing.text).not.toContain('planted');

  const other = await call(
    throwing(new AppError('AADSTS planted', { code: 'DATABRICKS_UNAVAILABLE', retryable: true })),
  );
  expect(other).toMatchObject({ status: 503, body: { code: 'DATABRICKS_UNAVAILABLE' } });
  expect(other.text).not.toContain('planted');
});

it('says that Databricks does not let the gateway in, and nothing of what it said', async () => {
  const refused = await call(throwing(new AppError('planted', { code: 'DATABRICKS_PERMISSION', retryable: false })));

  expect(refused).toMatchObject({ status: 502, body: { code: 'DATABRICKS_PERMISSION' } });
  expect(refused.text).not.toContain('planted');
});

it.each(['?x=1', '?create_after=1&a=1', '?a=1&a=2', '?=1', '?A=1'])(
  'refuses the query %s, naming why',
  async (query) => {
    const { status, body } = await call(
      { query: { a: 'once', b: 'any' }, handle: () => Promise.resolve({}) },
      { query },
    );

    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'INVALID_PARAMETER', errors: [{ path: `/${/\?(\w*)=/.exec(query)?.[1]}` }] });
  },
);

it.each(['', '?a=1&b=1&b=2', '?code=key', '?CODE=key&clientId=default'])('takes the query %j', async (query) => {
  const endpoint: Endpoint = { query: { a: 'once', b: 'any' }, handle: () => Promise.resolve({ status: 200 }) };

  expect((await call(endpoint, { query })).status).toBe(200);
});

it('is there for its own host only, but tells probes of any host whether it is well', async () => {
  const ok = () => Promise.resolve({ status: 200 });

  expect(await call({ handle: ok }, { host: 'evil.example' })).toMatchObject({ status: 421 });
  expect(await call({ access: 'open', handle: ok }, { host: 'evil.example' })).toMatchObject({ status: 421 });
  expect(await call({ access: 'open-at-any-host', handle: ok }, { host: 'evil.example' })).toMatchObject({
    status: 200,
  });
});

it('says that its settings cannot be used, and tells health alone which', async () => {
  const open = () => {
    throw new ConfigError([
      { setting: 'DATABRICKS_HOST', problem: 'must use https.' },
      { setting: 'WORKSPACES[0].planted', problem: 'is not a setting of a workspace.' },
    ]);
  };
  const ok = () => Promise.resolve({ status: 200 });

  const route = await call({ handle: ok }, { open });
  const health = await call({ access: 'open-at-any-host', handle: ok, unconfigured: unconfiguredHealth }, { open });

  expect(route).toMatchObject({ status: 503, body: { status: 503, code: 'CONFIGURATION_INVALID' } });
  expect(route.text).not.toContain('DATABRICKS_HOST');
  expect(health).toMatchObject({ status: 503, body: { status: 'down', code: 'CONFIGURATION_INVALID' } });
  expect(health.body.checks.configuration.detail).toContain('DATABRICKS_HOST, WORKSPACES');
  expect(health.text).not.toContain('planted');
  for (const { headers } of [route, health]) expect(headers.get('retry-after')).toMatch(/^\d+$/);
});
