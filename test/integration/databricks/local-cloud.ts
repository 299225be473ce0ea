import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Agent, request } from 'undici';
import { startKeyVault } from '../../../local/azure/key-vault.ts';
import { startManagedIdentity } from '../../../local/azure/managed-identity.ts';
import { startDatabricks } from '../../../local/databricks/databricks.ts';
import { openCertificateAuthority } from '../../../local/emulator/certificate-authority.ts';
import type { DatabricksAuth } from '../../../src/shared/config/workspace-config.ts';
import { createJobsClient } from '../../../src/shared/databricks/jobs.ts';
import { createTokenProvider } from '../../../src/shared/databricks/token-provider.ts';
import { createTransport } from '../../../src/shared/databricks/transport.ts';
import { defaultAzureCredential } from '../../../src/shared/secrets/azure-credential.ts';
import { createEnvironmentSecrets } from '../../../src/shared/secrets/environment.ts';
import { createKeyVaultSecrets } from '../../../src/shared/secrets/key-vault.ts';
import { keyVaultClient } from '../../../src/shared/secrets/key-vault-client.ts';
import { createSecretStore } from '../../../src/shared/secrets/secret-store.ts';
import { createLog, type LogRecord } from '../../../src/shared/telemetry/log.ts';
import { createRedactor } from '../../../src/shared/telemetry/redaction.ts';

export const TOKEN = 'dapi-of-the-workspace';
export const OAUTH_CLIENT = { clientId: '11111111-1111-4111-8111-111111111111', clientSecret: 'oauth-secret-value' };
const IDENTITY_HEADER = 'identity-header-value';

/** Faults and counts of one emulator. */
export interface Control {
  fault(specification: object): Promise<void>;
  clearFaults(): Promise<void>;
  /** How often an operation was answered with each status since the last `clearRequests`. */
  requests(operation: string): Promise<Record<string, number>>;
  clearRequests(): Promise<void>;
  set(name: string, body: object): Promise<void>;
}

/** A workspace, a vault and an identity on this machine, with the gateway's clients for them. */
export async function startLocalCloud() {
  await using started = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), 'local-cloud-'));
  started.defer(() => rm(dir, { recursive: true }));
  const authority = await openCertificateAuthority(dir);
  const certificate = await authority.issue(['localhost', '127.0.0.1']);
  const trusted = getCACertificates('default');
  started.defer(() => setDefaultCACertificates(trusted));
  setDefaultCACertificates([await readFile(authority.caFile, 'utf8')]);

  const identity = started.use(await startManagedIdentity({ token: TOKEN, identityHeader: IDENTITY_HEADER }));
  started.defer(() => {
    delete process.env['IDENTITY_ENDPOINT'];
    delete process.env['IDENTITY_HEADER'];
  });
  process.env['IDENTITY_ENDPOINT'] = identity.endpoint;
  process.env['IDENTITY_HEADER'] = IDENTITY_HEADER;
  const vault = started.use(await startKeyVault({ tls: certificate, token: TOKEN, identity }));
  const databricks = started.use(
    await startDatabricks({ certificate, token: TOKEN, identity, oauthClient: OAUTH_CLIENT }),
  );
  const owned = started.move();
  return {
    databricks: { url: databricks.url, control: controlOf(databricks.url) },
    vault: {
      url: vault.url,
      control: controlOf(vault.url),
      set: (name: string, value: string) => vault.secrets.set(name, value),
    },
    identity: { url: identity.url, control: controlOf(identity.url) },
    /** The gateway's clients, as the app composes them. */
    connect: (auth: DatabricksAuth, options: { now?: () => number; timeoutMs?: number } = {}) =>
      connect({ auth, host: databricks.url, vaultUrl: vault.url, ...options }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function connect(options: {
  auth: DatabricksAuth;
  host: string;
  vaultUrl: string;
  now?: () => number;
  timeoutMs?: number;
}) {
  const { auth, host, vaultUrl, now = Date.now, timeoutMs = 10_000 } = options;
  const records: LogRecord[] = [];
  const redactor = createRedactor();
  const log = createLog({ sink: (record) => records.push(record), redactor });
  const keyVault = createKeyVaultSecrets({
    client: keyVaultClient(vaultUrl, defaultAzureCredential({ timeoutMs })),
    log,
    now,
    timeoutMs,
  });
  const secrets = createSecretStore({
    environment: createEnvironmentSecrets({ DATABRICKS_TOKEN: TOKEN }),
    keyVault,
    onValue: (value) => redactor.register(value),
  });
  const dispatcher = new Agent();
  const tokens = createTokenProvider({
    auth,
    host,
    secrets,
    dispatcher: async () => dispatcher,
    onToken: (token) => redactor.register(token),
    now,
    timeoutMs,
  });
  const transport = createTransport({ host, tokens, log, now, dispatcher: async () => dispatcher });
  return {
    tokens,
    transport,
    keyVault,
    jobs: createJobsClient(transport),
    records,
    [Symbol.asyncDispose]: () => dispatcher.close(),
  };
}

function controlOf(url: string): Control {
  const call = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> => {
    const response = await request(`${url}/_emulator/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    fault: async (specification) => void (await call('POST', 'faults', specification)),
    clearFaults: async () => void (await call('DELETE', 'faults')),
    requests: async (operation) => {
      const counts = (await call('GET', 'requests')) as { operations: Record<string, Record<string, number>> };
      return counts.operations[operation] ?? {};
    },
    clearRequests: async () => void (await call('DELETE', 'requests')),
    set: async (name, body) => void (await call('POST', name, body)),
  };
}
