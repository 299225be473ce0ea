import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from './config/config-error.ts';
import { loadConfig, type Config } from './config/config.ts';
import { readEnvironment, type Environment } from './config/env.ts';
import type { SecretReference } from './config/setting-reader.ts';
import { UnknownWorkspaceError } from './config/unknown-workspace-error.ts';
import type { WorkspaceConfig } from './config/workspace-config.ts';
import { createDispatcher } from './databricks/http-client.ts';
import { createJobsClient, type JobsClient } from './databricks/jobs.ts';
import { createTokenProvider } from './databricks/token-provider.ts';
import type { TokenProvider } from './databricks/token.ts';
import { createTransport, type Transport } from './databricks/transport.ts';
import { createDocuments, type Documents } from './documents.ts';
import { DurationLedger } from './ledger/duration-ledger.ts';
import { createTokenVerifier, type TokenVerifier } from './entra/token-verifier.ts';
import { KeyNames } from './http/key-names.ts';
import { RunArchive } from './ledger/run-archive.ts';
import { RunIndex } from './ledger/run-index.ts';
import { RunLedger } from './ledger/run-ledger.ts';
import { SweepLedger } from './ledger/sweep-ledger.ts';
import { WatchIndex } from './ledger/watch-index.ts';
import { openStorage, type Storage, type StorageLocation } from './storage/storage.ts';
import { callbackChannel, callbackDispatcher } from './notify/callback-channel.ts';
import type { Channel } from './notify/channel.ts';
import { DeadLetters } from './notify/dead-letters.ts';
import { eventGridChannel } from './notify/event-grid-channel.ts';
import { queueChannel } from './notify/queue-channel.ts';
import { Bulkhead } from './async/bulkhead.ts';
import { Deliveries } from './notify/deliveries.ts';
import { JobSizes } from './databricks/job-sizes.ts';
import { PendingAdmissions } from './admission/pending-admissions.ts';
import { RecentAdmissions } from './admission/recent-admissions.ts';
import { RecentHealth } from './health/recent-health.ts';
import { openRunReads, type RunReads } from './ledger/wait-for-run.ts';
import { Policy } from './policy/policy.ts';
import { defaultAzureCredential } from './secrets/azure-credential.ts';
import { createEnvironmentSecrets } from './secrets/environment.ts';
import { createKeyVaultSecrets } from './secrets/key-vault.ts';
import { keyVaultClient } from './secrets/key-vault-client.ts';
import { probeKeyVault } from './secrets/probe-key-vault.ts';
import { createSecretStore, type SecretStore } from './secrets/secret-store.ts';
import type { SqlClient } from './sql/sql-client.ts';
import { openStatementReads, type StatementReads } from './statements/record/wait-for-statement.ts';
import { openWorkspaceSql } from './sql/workspace-sql.ts';
import { consoleSink } from './telemetry/console-sink.ts';
import { createLog, type Log, type LogSink } from './telemetry/log.ts';
import { createRedactor, type Redactor } from './telemetry/redaction.ts';

/** One Databricks workspace: its settings and the clients that reach it. */
export interface Workspace {
  name: string;
  config: WorkspaceConfig;
  tokens: TokenProvider;
  transport: Transport;
  jobs: JobsClient;
  jobSizes: JobSizes;
  /** `undefined` where neither a warehouse nor an HTTP path is set. */
  sql: SqlClient | undefined;
  /** Raises an AppError where the workspace cannot be reached or does not let the gateway in. */
  probe(): Promise<void>;
}

/** Everything the functions work with; nothing else constructs a client. */
export interface App {
  config: Config;
  log: Log;
  redactor: Redactor;
  now: () => number;
  sleep: (ms: number) => Promise<unknown>;
  /** When this process opened the app, epoch ms. */
  openedAtMs: number;
  secrets: SecretStore;
  documents: Documents;
  /** What callers may do; may change while the app runs. */
  policy: { current(): Policy };
  storage: Storage;
  ledger: RunLedger;
  runIndex: RunIndex;
  watchIndex: WatchIndex;
  /** In mode `entra`. */
  tokenVerifier: TokenVerifier | undefined;
  /** In mode `keys`, where the host can be asked for the names of its keys. */
  keyNames: KeyNames | undefined;
  /** What those who wait for runs read. */
  runReads: RunReads;
  /** What those who wait for asynchronous statements read. */
  statementReads: StatementReads;
  archive: RunArchive;
  durations: DurationLedger;
  sweeps: SweepLedger;
  pendingAdmissions: PendingAdmissions;
  recentAdmissions: RecentAdmissions;
  deadLetters: DeadLetters;
  deliveries: Deliveries;
  /** By workspace: reading the outputs of runs that have ended, and telling Databricks to stop runs. */
  bulkheads: { outputs: Bulkhead; cancels: Bulkhead };
  health: RecentHealth;
  /** Event Grid only where a topic is configured. */
  channels: { queue: Channel; eventGrid: Channel | undefined; callback: Channel };
  /** The workspace of that name. @throws UnknownWorkspaceError where the settings do not name it, or no longer */
  workspace(name: string): Workspace;
  /** Raises an AppError where the vault cannot be reached or does not let the gateway in. */
  probeVault(): Promise<void>;
}

/** What a test may put in the place of the real thing. */
export interface AppOverrides {
  now?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
  sink?: LogSink;
  storage?: Storage;
}

/** Composes the app. Clients are made here and connect when they are first used. */
export function createApp(env: Environment, overrides: AppOverrides = {}): App {
  const config = loadConfig(env);
  const now = overrides.now ?? Date.now;
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
  const location = storageLocation(config, env, redactor);
  const storage = overrides.storage ?? openStorage(location);
  const workspaces = new Map(
    config.workspaces.map((workspace) => [workspace.name, openWorkspace(workspace, { secrets, redactor, log, now })]),
  );
  const ledger = new RunLedger(storage, log);
  const policy = new Policy();
  return {
    config,
    log,
    redactor,
    now,
    sleep: overrides.sleep ?? delay,
    openedAtMs: now(),
    secrets,
    documents: createDocuments({ storage: location, credential, log, now }),
    policy: { current: () => policy },
    storage,
    ledger,
    runIndex: new RunIndex(storage),
    watchIndex: new WatchIndex(storage),
    tokenVerifier: entra === undefined ? undefined : createTokenVerifier({ config: entra, log, now }),
    keyNames: masterKey === undefined ? undefined : openKeyNames(masterKey, { secrets, log, now }),
    runReads: openRunReads(ledger),
    statementReads: openStatementReads(storage),
    archive: new RunArchive(storage),
    durations: new DurationLedger(storage),
    sweeps: new SweepLedger(storage),
    pendingAdmissions: new PendingAdmissions(),
    recentAdmissions: new RecentAdmissions(now),
    deadLetters: new DeadLetters(storage),
    deliveries: new Deliveries(now),
    // Of the host's 20 places for activities, none of these may take most.
    bulkheads: {
      outputs: new Bulkhead({ atOnce: 5, inAll: 8, now }),
      cancels: new Bulkhead({ atOnce: 3, inAll: 4, now }),
    },
    health: new RecentHealth(now),
    channels: {
      queue: queueChannel(storage),
      eventGrid:
        config.eventGridTopicEndpoint === undefined
          ? undefined
          : eventGridChannel(config.eventGridTopicEndpoint, credential),
      callback: callbackChannel({
        dispatcher: callbackDispatcher(config.runs.callbackHosts),
        hosts: config.runs.callbackHosts,
        signingKey: async () => {
          const { callbackSigningKey } = config.runs;
          return callbackSigningKey === undefined ? undefined : secrets.get(callbackSigningKey);
        },
        now,
      }),
    },
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

type Opened = { app: App } | { failure: unknown };

let opened: Opened | undefined;

/**
 * The app of this process. Where its settings cannot be used that is logged once, with all problems.
 * @throws ConfigError on every call then: the environment of a process does not change
 */
export function openApp(): App {
  opened ??= tryToOpen();
  if ('failure' in opened) throw opened.failure;
  return opened.app;
}

function tryToOpen(): Opened {
  try {
    const app = createApp(readEnvironment());
    // What is wrong with a document is logged at once; every request finds it out for itself.
    app.documents.refresh().catch(() => undefined);
    return { app };
  } catch (failure) {
    const log = createLog({ sink: consoleSink, redactor: createRedactor() });
    if (failure instanceof ConfigError) log.error('configuration_invalid', { problems: failure.problems });
    else log.error('app_not_opened', { error: failure });
    return { failure };
  }
}

function openWorkspace(
  config: WorkspaceConfig,
  shared: { secrets: SecretStore; redactor: Redactor; log: Log; now: () => number },
): Workspace {
  const { secrets, redactor, log, now } = shared;
  const dispatcher = createDispatcher();
  const tokens = createTokenProvider({
    auth: config.auth,
    host: config.host,
    secrets,
    dispatcher,
    onToken: (token) => redactor.register(token),
    now,
  });
  const transport = createTransport({ host: config.host, tokens, log, redactor, now, dispatcher });
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
