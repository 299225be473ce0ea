import { randomUUID } from 'node:crypto';
import { sleep, type Sleep } from './async/sleep.ts';
import type { AppContext, Workspace } from './context.ts';
import { loadConfig, type Config } from './config/config.ts';
import type { Environment } from './config/env.ts';
import type { SecretReference } from './config/setting-reader.ts';
import { UnknownWorkspaceError } from './config/unknown-workspace-error.ts';
import type { WorkspaceConfig } from './config/workspace-config.ts';
import { workspaceDispatcher } from './databricks/http-client.ts';
import { createJobsClient } from './databricks/jobs.ts';
import { createTokenProvider } from './databricks/token-provider.ts';
import { createTransport } from './databricks/transport.ts';
import { createDocuments } from './documents.ts';
import { DurationLedger } from './ledger/duration-ledger.ts';
import { createTokenVerifier } from './identity/token-verifier.ts';
import { KeyNames } from './identity/key-names.ts';
import { RunArchive } from './ledger/run-archive.ts';
import { RunIndex } from './ledger/run-index.ts';
import { RunLedger } from './ledger/run-ledger.ts';
import { SweepLedger } from './ledger/sweep-ledger.ts';
import { WatchIndex } from './ledger/watch-index.ts';
import { openStorage, type Storage, type StorageLocation } from './storage/storage.ts';
import { openChannels } from './notify/channels.ts';
import { DeadLetters } from './notify/dead-letters.ts';
import { Bulkhead } from './async/bulkhead.ts';
import { OutageGuard } from './async/outage-guard.ts';
import { Deliveries } from './notify/deliveries.ts';
import { openTopic } from './notify/event-grid-topic.ts';
import { JobSizes } from './databricks/job-sizes.ts';
import { PendingAdmissions } from './admission/pending-admissions.ts';
import { RecentAdmissions } from './admission/recent-admissions.ts';
import { RecentHealth } from './health/recent-health.ts';
import { LocalWatchers } from './durable/local-watchers.ts';
import { openRunReads } from './ledger/wait-for-run.ts';
import { openPolicy } from './open-policy.ts';
import { openTemplates } from './open-templates.ts';
import { RecentSuccessors } from './admission/recent-successors.ts';
import { defaultAzureCredential } from './secrets/azure-credential.ts';
import { createEnvironmentSecrets } from './secrets/environment.ts';
import { createKeyVaultSecrets } from './secrets/key-vault.ts';
import { keyVaultClient } from './secrets/key-vault-client.ts';
import { probeKeyVault } from './secrets/probe-key-vault.ts';
import { createSecretStore, type SecretStore } from './secrets/secret-store.ts';
import { openStatementReads } from './statements/record/wait-for-statement.ts';
import { StatementsAtOnce } from './sql/statements-at-once.ts';
import { openWorkspaceSql } from './sql/workspace-sql.ts';
import { consoleSink } from './telemetry/console-sink.ts';
import { Audit } from './telemetry/audit.ts';
import { FlushAtEnd } from './telemetry/flush-at-end.ts';
import { createLog, type Log, type LogSink } from './telemetry/log.ts';
import { parseOtlpHeaders } from './telemetry/otlp-headers.ts';
import { openOtlpTelemetry } from './telemetry/otlp-telemetry.ts';
import { createRedactor, type Redactor } from './telemetry/redaction.ts';
import { NO_TELEMETRY, type Telemetry } from './telemetry/telemetry.ts';

/** What a test may put in the place of the real thing. */
export interface ContextOverrides {
  now?: () => number;
  sleep?: Sleep;
  sink?: LogSink;
  storage?: Storage;
}

/** Of the host's 20 places for activities: so many for requests that start runs, where workspaces share them. */
const PLACES_FOR_SUBMITS = 12;

/** Composes the app. Clients are made here and connect when they are first used. @throws {ConfigError} */
export function createContext(
  env: Environment,
  overrides: ContextOverrides = {},
  config: Config = loadConfig(env),
): AppContext {
  const now = overrides.now ?? Date.now;
  const wait = overrides.sleep ?? sleep;
  const redactor = createRedactor();
  const log = createLog({ sink: overrides.sink ?? consoleSink, redactor });
  const credential = defaultAzureCredential({ clientId: config.azureClientId });
  const {
    keyVaultUrl,
    auth: { entra, masterKey },
  } = config;
  const vault = keyVaultUrl === undefined ? undefined : keyVaultClient(keyVaultUrl, credential);
  const secrets = createSecretStore({
    environment: createEnvironmentSecrets(env),
    keyVault: vault === undefined ? undefined : createKeyVaultSecrets({ client: vault, log, now }),
    onValue: (value, reference) => redactor.register(value, { isWord: isUsername(config, reference) }),
  });
  const telemetry = openTelemetry(config, { secrets, redactor, log });
  const location = storageLocation(config, env, redactor);
  const storage = overrides.storage ?? openStorage(location);
  const workspaces = new Map(
    config.workspaces.map((workspace) => [
      workspace.name,
      openWorkspace(workspace, { secrets, redactor, log, telemetry, now, sleep: wait }),
    ]),
  );
  const ledger = new RunLedger(storage, log);
  const documents = createDocuments({ storage: location, credential, log, now });
  return {
    config,
    log,
    redactor,
    now,
    sleep: wait,
    openedAtMs: now(),
    secrets,
    documents,
    policy: openPolicy(config.policyFile, documents, log),
    ...openTemplates(config, documents),
    storage,
    ledger,
    runIndex: new RunIndex(storage),
    watchIndex: new WatchIndex(storage),
    watchers: new LocalWatchers(),
    audit: new Audit({ log, telemetry, now }),
    telemetry,
    flushAtEnd: new FlushAtEnd(telemetry, now),
    tokenVerifier: entra === undefined ? undefined : createTokenVerifier({ config: entra, log, now }),
    keyNames: masterKey === undefined ? undefined : openKeyNames(masterKey, { secrets, log, now }),
    runReads: openRunReads(ledger),
    statementReads: openStatementReads(storage),
    archive: new RunArchive(storage),
    durations: new DurationLedger(storage),
    sweeps: new SweepLedger(storage),
    pendingAdmissions: new PendingAdmissions(),
    recentAdmissions: new RecentAdmissions(now),
    recentSuccessors: new RecentSuccessors(),
    statementsAtOnce: new StatementsAtOnce(),
    deadLetters: new DeadLetters(storage),
    topic: openTopic(config, credential),
    deliveries: new Deliveries(now),
    // Of the host's 20 places for activities, none of these may take most.
    bulkheads: {
      outputs: new Bulkhead({ atOnce: 5, inAll: 8, now }),
      cancels: new Bulkhead({ atOnce: 3, inAll: 4, now }),
    },
    outages: new OutageGuard({ places: PLACES_FOR_SUBMITS, keys: config.workspaces.length, now }),
    health: new RecentHealth(now),
    channels: openChannels({ config, storage, credential, secrets, now }),
    workspace(name) {
      const found = workspaces.get(name);
      if (found === undefined) throw new UnknownWorkspaceError(name);
      return found;
    },
    probeVault: async () => {
      if (vault !== undefined) await probeKeyVault(vault);
    },
  };
}

function openWorkspace(
  config: WorkspaceConfig,
  shared: {
    secrets: SecretStore;
    redactor: Redactor;
    log: Log;
    telemetry: Telemetry;
    now: () => number;
    sleep: Sleep;
  },
): Workspace {
  const { secrets, redactor, telemetry, now } = shared;
  const log = shared.log.with({ workspace: config.name });
  const dispatcher = workspaceDispatcher();
  const tokens = createTokenProvider({
    auth: config.auth,
    host: config.host,
    secrets,
    dispatcher,
    onToken: (token) => redactor.register(token),
    now,
  });
  const onCall = (operation: string, status: string) => {
    telemetry.measure('gateway.databricks.calls', 1, { workspace: config.name, operation, status });
    if (status === '429') telemetry.measure('gateway.databricks.throttled', 1, { workspace: config.name, operation });
  };
  const transport = createTransport({
    host: config.host,
    tokens,
    log,
    redactor,
    now,
    sleep: shared.sleep,
    dispatcher,
    onCall,
  });
  const jobs = createJobsClient(transport);
  return {
    name: config.name,
    config,
    tokens,
    transport,
    jobs,
    jobSizes: new JobSizes(jobs, now),
    sql: openWorkspaceSql(config, { tokens, now }),
    probe: async () => {
      await transport.request('runs/list', {
        method: 'GET',
        path: '/api/2.2/jobs/runs/list',
        query: { limit: 1, active_only: true },
        timeoutMs: 4_000,
        budgetMs: 0,
      });
    },
  };
}

function openTelemetry(
  { telemetry }: Config,
  { secrets, redactor, log }: { secrets: SecretStore; redactor: Redactor; log: Log },
): Telemetry {
  if (telemetry === undefined) return NO_TELEMETRY;
  const { headers: reference, ...settings } = telemetry;
  const headers = async () => {
    if (reference === undefined) return {};
    const parsed = parseOtlpHeaders(await secrets.get(reference).catch(() => ''));
    for (const value of Object.values(parsed)) redactor.register(value);
    return parsed;
  };
  return openOtlpTelemetry({ settings: { ...settings, headers, instanceId: randomUUID() }, redactor, log });
}

function openKeyNames(
  reference: SecretReference,
  { secrets, log, now }: { secrets: SecretStore; log: Log; now: () => number },
): KeyNames {
  const masterKey = {
    get: () => secrets.get(reference),
    drop: (refused: string) => secrets.drop(reference, refused),
  };
  return new KeyNames({ masterKey, log, now });
}

function isUsername({ workspaces }: Config, { source, name }: SecretReference): boolean {
  return workspaces.some(({ webhook }) => webhook?.username.name === name && webhook.username.source === source);
}

function storageLocation({ storage }: Config, env: Environment, redactor: Redactor): StorageLocation {
  if (storage.type === 'connection-string') {
    const connectionString = env[storage.connectionString.name] ?? '';
    redactor.register(/AccountKey=([^;]+)/.exec(connectionString)?.[1] ?? '');
    return { kind: 'connection_string', connectionString };
  }
  return {
    kind: 'identity',
    blobUrl: storage.blobServiceUri,
    queueUrl: storage.queueServiceUri,
    tableUrl: storage.tableServiceUri,
    credential: defaultAzureCredential({ clientId: storage.clientId }),
  };
}
