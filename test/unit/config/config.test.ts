import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/shared/config/config.ts';
import { ConfigError } from '../../../src/shared/config/config-error.ts';

const base = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  DATABRICKS_HOST: 'adb-1.azuredatabricks.net',
  KEY_VAULT_URL: 'https://vault.example.net',
};

function configErrorOf(env: Record<string, string>): ConfigError | undefined {
  try {
    loadConfig(env);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

function problemsOf(env: Record<string, string>): string[] {
  return (configErrorOf({ ...base, ...env })?.problems ?? []).map(({ setting }) => setting);
}

it('reads where telemetry goes, by the settings of OpenTelemetry, and nothing where no receiver is set', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.net:4318' };
  const telemetryOf = (env: Record<string, string>) => loadConfig({ ...base, ...env }).telemetry;

  expect(telemetryOf({ OTEL_SERVICE_NAME: 'gateway' })).toBeUndefined();
  expect(telemetryOf({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'key=value' })).toEqual({
    endpoint: 'https://collector.example.net:4318/',
    serviceName: 'databricks-gateway',
    sampledShare: 1,
    headers: { source: 'environment', name: 'OTEL_EXPORTER_OTLP_HEADERS' },
  });
  const sampled = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' };
  expect(telemetryOf({ ...endpoint, ...sampled })?.sampledShare).toBe(0.25);
  expect(telemetryOf({ ...endpoint, OTEL_TRACES_SAMPLER: 'always_off' })?.sampledShare).toBe(0);
  expect(problemsOf({ ...endpoint, OTEL_TRACES_SAMPLER: 'most', OTEL_TRACES_SAMPLER_ARG: '2' })).toEqual([
    'OTEL_TRACES_SAMPLER',
    'OTEL_TRACES_SAMPLER_ARG',
  ]);
});

it('fills in the documented defaults', () => {
  const config = loadConfig(base);

  expect(config).toEqual({
    workspaces: [
      {
        name: 'default',
        host: 'https://adb-1.azuredatabricks.net',
        auth: { type: 'azure-default' },
        limits: { maxConcurrentRuns: 1900, creations: 9500, creationsWindowSeconds: 3600 },
      },
    ],
    storage: { type: 'connection-string', connectionString: { source: 'environment', name: 'AzureWebJobsStorage' } },
    keyVaultUrl: 'https://vault.example.net',
    runs: {
      queueMax: 50_000,
      retentionDays: 400,
      replyQueues: [],
      viewerDomains: [],
      callbackHosts: { allowed: [], allowedPrivate: [] },
    },
    sql: {},
    auth: { mode: 'keys' },
  });
});

it.each([
  ['adb-1.azuredatabricks.net', 'https://adb-1.azuredatabricks.net'],
  ['https://adb-1.azuredatabricks.net/', 'https://adb-1.azuredatabricks.net'],
  ['https://ADB-1.azuredatabricks.net/?o=1#job/2', 'https://adb-1.azuredatabricks.net'],
  ['localhost:8443', 'https://localhost:8443'],
  [' http://127.0.0.1:80/ ', 'http://127.0.0.1'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
])('normalises the host %s', (given, host) => {
  expect(loadConfig({ ...base, DATABRICKS_HOST: given }).workspaces[0].host).toBe(host);
});

it.each([
  'http://adb-1.azuredatabricks.net',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://10.0.0.1',
  'http://0.0.0.0',
  'ftp://localhost',
  'https://user:pass@adb-1.azuredatabricks.net',
  'https://',
  'not a host',
])('refuses the host %s', (given) => {
  expect(problemsOf({ DATABRICKS_HOST: given })).toEqual(['DATABRICKS_HOST']);
});

it.each(['KEY_VAULT_URL', 'EVENT_GRID_TOPIC_ENDPOINT', 'PUBLIC_URL'])('refuses %s over plain http', (name) => {
  expect(problemsOf({ [name]: 'http://example.com' })).toEqual([name]);
  expect(problemsOf({ [name]: 'http://127.0.0.1:9000' })).toEqual([]);
});

it.each([
  [{ DATABRICKS_TOKEN: 't' }, { type: 'pat', token: { source: 'environment', name: 'DATABRICKS_TOKEN' } }],
  [{ DATABRICKS_TOKEN_SECRET: 'pat' }, { type: 'pat', token: { source: 'key-vault', name: 'pat' } }],
  [
    { DATABRICKS_TOKEN: 't', DATABRICKS_TOKEN_SECRET: 'pat' },
    { type: 'pat', token: { source: 'environment', name: 'DATABRICKS_TOKEN' } },
  ],
  [
    { DATABRICKS_CLIENT_ID: 'c', DATABRICKS_CLIENT_SECRET_SECRET: 's' },
    { type: 'oauth-m2m', clientId: 'c', clientSecret: { source: 'key-vault', name: 's' } },
  ],
  [{ AZURE_CLIENT_ID: 'u' }, { type: 'azure-default', clientId: 'u' }],
  [
    { DATABRICKS_AUTH_TYPE: 'azure-msi', DATABRICKS_TOKEN: 't', AZURE_CLIENT_ID: 'u' },
    { type: 'azure-msi', clientId: 'u' },
  ],
  [
    {
      DATABRICKS_AUTH_TYPE: 'azure-client-secret',
      ARM_TENANT_ID: 't',
      ARM_CLIENT_ID: 'c',
      ARM_CLIENT_SECRET: 's',
    },
    {
      type: 'azure-client-secret',
      tenantId: 't',
      clientId: 'c',
      clientSecret: { source: 'environment', name: 'ARM_CLIENT_SECRET' },
    },
  ],
])('signs in by what is given: %o', (env, auth) => {
  expect(loadConfig({ ...base, ...env }).workspaces[0].auth).toEqual(auth);
});

it.each([
  ['pat', ['DATABRICKS_TOKEN']],
  ['oauth-m2m', ['DATABRICKS_CLIENT_ID', 'DATABRICKS_CLIENT_SECRET']],
  ['azure-client-secret', ['ARM_TENANT_ID', 'ARM_CLIENT_ID', 'ARM_CLIENT_SECRET']],
  ['kerberos', ['DATABRICKS_AUTH_TYPE']],
])('says what the auth type %s lacks', (type, settings) => {
  expect(problemsOf({ DATABRICKS_AUTH_TYPE: type })).toEqual(settings);
});

it('lets DATABRICKS_HTTP_PATH win over the warehouse', () => {
  const byPath = { ...base, DATABRICKS_WAREHOUSE_ID: 'aaa', DATABRICKS_HTTP_PATH: 'sql/1.0/warehouses/bbb' };
  const byCluster = { ...byPath, DATABRICKS_HTTP_PATH: '/sql/protocolv1/o/1/0101-000000-local00' };

  expect(loadConfig(byPath).workspaces[0]).toMatchObject({ httpPath: '/sql/1.0/warehouses/bbb', warehouseId: 'bbb' });
  expect(loadConfig(byCluster).workspaces[0]).toMatchObject({
    httpPath: '/sql/protocolv1/o/1/0101-000000-local00',
    warehouseId: 'aaa',
  });
  expect(loadConfig({ ...base, DATABRICKS_WAREHOUSE_ID: 'aaa' }).workspaces[0].httpPath).toBe(
    '/sql/1.0/warehouses/aaa',
  );
});

it('reports every problem at once, and no value of a secret', () => {
  const env = {
    DATABRICKS_HOST: 'http://example.com',
    DATABRICKS_TOKEN: '@Microsoft.KeyVault(SecretUri=https://v/planted-secret)',
    RUN_QUEUE_MAX: '-5',
    RUN_DEADLINE_SECONDS_DEFAULT: '20',
    RUN_DEADLINE_SECONDS_MAX: '10',
    SQL_MAX_ROWS: '1e9',
    AUTH_MODE: 'none',
    CALLBACK_ALLOWED_HOSTS: 'https://a.example',
    DATABRICKS_WEBHOOK_ID: 'd',
    AzureWebJobsStorage: 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=planted-secret',
  };

  const error = configErrorOf(env);

  expect(error?.problems.map(({ setting }) => setting)).toEqual([
    'DATABRICKS_TOKEN',
    'DATABRICKS_WEBHOOK_USERNAME',
    'DATABRICKS_WEBHOOK_PASSWORD',
    'DATABRICKS_HOST',
    'AzureWebJobsStorage',
    'RUN_DEADLINE_SECONDS_DEFAULT',
    'RUN_QUEUE_MAX',
    'CALLBACK_ALLOWED_HOSTS',
    'SQL_MAX_ROWS',
    'AUTH_MODE',
  ]);
  expect(error?.message).toContain('DATABRICKS_TOKEN is an unresolved Key Vault reference');
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain('planted-secret');
});

it('holds no secret itself', () => {
  const config = loadConfig({
    ...base,
    AzureWebJobsStorage: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=planted-secret',
    DATABRICKS_TOKEN: 'planted-secret',
    DATABRICKS_WEBHOOK_ID: 'd',
    DATABRICKS_WEBHOOK_USERNAME: 'u',
    DATABRICKS_WEBHOOK_PASSWORD: 'planted-secret',
  });

  expect(inspect(config, { depth: null, showHidden: true })).not.toContain('planted-secret');
});

it('asks for the vault where a secret is in it', () => {
  expect(problemsOf({ KEY_VAULT_URL: '', DATABRICKS_TOKEN_SECRET: 'pat' })).toEqual(['DATABRICKS_TOKEN_SECRET']);
});

it('reads more workspaces by name', () => {
  const config = loadConfig({
    ...base,
    AZURE_CLIENT_ID: 'u',
    WORKSPACES: JSON.stringify([
      { name: 'lab', host: 'http://127.0.0.1:9', token_secret: 'lab-pat', warehouse_id: 'w', max_concurrent_runs: 5 },
      { name: 'prod', host: 'adb-2.azuredatabricks.net', client_id: 'c', client_secret_secret: 's' },
      { name: 'msi', host: 'adb-3.azuredatabricks.net', creations_per_hour: '300', creations_window_seconds: 60 },
    ]),
  });

  expect(config.workspaces.map(({ name }) => name)).toEqual(['default', 'lab', 'prod', 'msi']);
  expect(config.workspaces[1]).toMatchObject({
    host: 'http://127.0.0.1:9',
    auth: { type: 'pat', token: { source: 'key-vault', name: 'lab-pat' } },
    httpPath: '/sql/1.0/warehouses/w',
    limits: { maxConcurrentRuns: 5, creations: 9500 },
  });
  expect(config.workspaces[2]?.auth.type).toBe('oauth-m2m');
  expect(config.workspaces[3]).toMatchObject({
    auth: { type: 'azure-default', clientId: 'u' },
    limits: { creations: 300, creationsWindowSeconds: 60 },
  });
});

it('lets WORKSPACES stand alone', () => {
  const config = loadConfig({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    WORKSPACES: '[{"name":"lab","host":"adb-1.azuredatabricks.net"}]',
  });

  expect(config.workspaces.map(({ name }) => name)).toEqual(['lab']);
});

it.each([
  ['{', ['WORKSPACES']],
  ['{}', ['WORKSPACES']],
  ['[1]', ['WORKSPACES']],
  ['[{"name":"a b","host":"h"}]', ['WORKSPACES[0].name']],
  ['[{"name":"a"}]', ['WORKSPACES[0].host']],
  ['[{"name":"a","host":"h","token":"planted"}]', ['WORKSPACES[0].token']],
  ['[{"name":"a","host":"h","client_secret":"planted"}]', ['WORKSPACES[0].client_secret']],
  ['[{"name":"a","host":"h","colour":"red"}]', ['WORKSPACES[0].colour']],
  ['[{"name":"a","host":"http://h"}]', ['WORKSPACES[0].host']],
  ['[{"name":"a","host":"h","auth_type":"oauth-m2m"}]', ['WORKSPACES[0].client_id', 'WORKSPACES[0].client_secret']],
  ['[{"name":"default","host":"h"}]', ['WORKSPACES']],
])('says what is wrong in WORKSPACES %s', (text, settings) => {
  expect(problemsOf({ WORKSPACES: text })).toEqual(settings);
});

it('asks for a workspace and for storage', () => {
  expect(problemsOf({ DATABRICKS_HOST: '', AzureWebJobsStorage: '' })).toEqual([
    'DATABRICKS_HOST',
    'AzureWebJobsStorage__blobServiceUri',
    'AzureWebJobsStorage__queueServiceUri',
    'AzureWebJobsStorage__tableServiceUri',
  ]);
  expect(problemsOf({ DATABRICKS_HOST: '', WORKSPACES: '[]' })).toEqual(['WORKSPACES']);
});

it('signs in to storage by identity', () => {
  const { AzureWebJobsStorage: _, ...env } = base;
  const byAccount = loadConfig({
    ...env,
    AzureWebJobsStorage__accountName: 'acct',
    AzureWebJobsStorage__clientId: 'u',
  });
  const byUri = loadConfig({
    ...env,
    AzureWebJobsStorage__blobServiceUri: 'http://127.0.0.1:10000/devstoreaccount1/',
    AzureWebJobsStorage__queueServiceUri: 'https://a.queue.core.windows.net/',
    AzureWebJobsStorage__tableServiceUri: 'https://a.table.core.windows.net',
  });

  expect(byAccount.storage).toEqual({
    type: 'identity',
    blobServiceUri: 'https://acct.blob.core.windows.net',
    queueServiceUri: 'https://acct.queue.core.windows.net',
    tableServiceUri: 'https://acct.table.core.windows.net',
    clientId: 'u',
  });
  expect(byUri.storage).toMatchObject({
    blobServiceUri: 'http://127.0.0.1:10000/devstoreaccount1',
    queueServiceUri: 'https://a.queue.core.windows.net',
  });
});

it.each([
  ['DefaultEndpointsProtocol=http;AccountName=a;AccountKey=k;BlobEndpoint=http://127.0.0.1:10000/a;', []],
  ['AccountName=a;AccountKey=k;BlobEndpoint=http://storage.example/a', ['AzureWebJobsStorage']],
])('judges the connection string %s', (AzureWebJobsStorage, settings) => {
  expect(problemsOf({ AzureWebJobsStorage })).toEqual(settings);
});

it('believes the headers of App Service authentication only where that is on', () => {
  for (const value of ['', 'false', '1', 'yes'])
    expect(problemsOf({ AUTH_MODE: 'easy-auth', WEBSITE_AUTH_ENABLED: value })).toEqual(['WEBSITE_AUTH_ENABLED']);
  expect(problemsOf({ AUTH_MODE: 'easy-auth' })).toEqual(['WEBSITE_AUTH_ENABLED']);
  expect(loadConfig({ ...base, AUTH_MODE: 'easy-auth', WEBSITE_AUTH_ENABLED: 'True' }).auth.mode).toBe('easy-auth');
  expect(loadConfig({ ...base, AUTH_MODE: 'keys' }).auth.mode).toBe('keys');
});

describe('the settings of mode entra', () => {
  const TENANT = '11111111-AAAA-4bbb-8ccc-222222222222';
  const entra = { AUTH_MODE: 'entra', ENTRA_TENANT_IDS: TENANT, ENTRA_AUDIENCES: 'api://gateway' };

  it('are lists of directory ids and of audiences', () => {
    const audiences = ` api://gateway , ${TENANT},`;
    expect(loadConfig({ ...base, ...entra, ENTRA_AUDIENCES: audiences }).auth).toEqual({
      mode: 'entra',
      entra: {
        tenantIds: [TENANT.toLowerCase()],
        audiences: ['api://gateway', TENANT.toLowerCase()],
        authority: 'https://login.microsoftonline.com',
        keysCooldownMs: 30_000,
      },
    });
  });

  it.each<[setting: string, value: string]>([
    ['ENTRA_TENANT_IDS', ''],
    ['ENTRA_TENANT_IDS', ','],
    ['ENTRA_TENANT_IDS', 'common'],
    ['ENTRA_TENANT_IDS', 'example.com'],
    ['ENTRA_TENANT_IDS', `${TENANT} ${TENANT}`],
    ['ENTRA_AUDIENCES', ''],
    ['ENTRA_AUDIENCES', '*'],
    ['ENTRA_AUDIENCES', 'gateway'],
    ['ENTRA_AUDIENCES', 'api://a"b'],
    ['ENTRA_AUTHORITY', 'http://login.example'],
    ['ENTRA_AUTHORITY', 'https://login.example/tenant'],
    ['ENTRA_KEYS_COOLDOWN_SECONDS', '-1'],
  ])('do not take %s as %j', (setting, value) => {
    expect(new Set(problemsOf({ ...entra, [setting]: value }))).toEqual(new Set([setting]));
  });

  it('are not looked at in other modes', () => {
    expect(loadConfig({ ...base, ENTRA_TENANT_IDS: 'x', AUTH_MODE: 'keys' }).auth).toEqual({ mode: 'keys' });
  });
});

it('takes the policy from a file or a blob', () => {
  const policyFileOf = (text: string) => loadConfig({ ...base, POLICY_FILE: text }).policyFile;

  expect(policyFileOf('')).toBeUndefined();
  expect(policyFileOf('settings/policy.json')).toEqual({ kind: 'file', path: 'settings/policy.json' });
  expect(policyFileOf('https://a.blob.core.windows.net/c/policy.json')).toMatchObject({ kind: 'blob' });
  expect(problemsOf({ POLICY_FILE: 'https://a.blob.core.windows.net/c/p.json?sig=x' })).toEqual(['POLICY_FILE']);
});

it('takes its address from the platform, unless that names this machine', () => {
  expect(loadConfig({ ...base, WEBSITE_HOSTNAME: 'gw.azurewebsites.net' })).toMatchObject({
    platformUrl: 'https://gw.azurewebsites.net',
  });
  for (const name of ['localhost:7071', '127.0.0.1:7071', ''])
    expect(loadConfig({ ...base, WEBSITE_HOSTNAME: name })).not.toHaveProperty('platformUrl');
  expect(problemsOf({ WEBSITE_HOSTNAME: 'a b' })).toEqual(['WEBSITE_HOSTNAME']);
});

it('refuses a public address that links cannot be made of', () => {
  expect(problemsOf({ PUBLIC_URL: 'https://gw.example.com/?a=b' })).toEqual(['PUBLIC_URL']);
  expect(loadConfig({ ...base, PUBLIC_URL: 'https://gw.example.com/x/' }).publicUrl).toBe('https://gw.example.com/x');
});

it('names the wrong settings without anything that is in them', () => {
  const error = configErrorOf({ ...base, WORKSPACES: '[{"name":"x","dapiPLANTED":"y"},{"host":"ftp://planted"}]' });

  expect(error?.settings).toEqual(['WORKSPACES']);
});

it('reads the hosts that callbacks may go to', () => {
  const config = loadConfig({ ...base, CALLBACK_ALLOWED_HOSTS: 'API.example.com, *.example.org,localhost:8080,' });

  expect(config.runs.callbackHosts.allowed).toEqual(['api.example.com', '*.example.org', 'localhost:8080']);
});

it('reads the queues that results may be asked for in', () => {
  const config = loadConfig({ ...base, REPLY_QUEUES: 'replies-a, replies-b,' });

  expect(config.runs.replyQueues).toEqual(['replies-a', 'replies-b']);
});

it.each(['Replies', 'a--b', 'https://a.example/q'])('refuses %s as a queue for results', (queue) => {
  expect(() => loadConfig({ ...base, REPLY_QUEUES: `replies-a,${queue}` })).toThrow('REPLY_QUEUES must be names of');
});

it.each([
  'run-requests',
  'run-events',
  'run-requests-poison',
  'run-notifications-poison',
  'databricksgateway-workitems',
  'databricksgateway-control-00',
  'anotherhub-control-15',
  'azure-webjobs-blobtrigger-host',
])('refuses %s as a queue for results, which is not for messages of callers', (queue) => {
  expect(() => loadConfig({ ...base, REPLY_QUEUES: `replies-a,${queue}` })).toThrow('REPLY_QUEUES must name none of');
});
