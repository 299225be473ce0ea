import type { PendingAdmissions } from './admission/pending-admissions.ts';
import type { RecentAdmissions } from './admission/recent-admissions.ts';
import type { RecentSuccessors } from './admission/recent-successors.ts';
import type { Bulkhead } from './async/bulkhead.ts';
import type { OutageGuard } from './async/outage-guard.ts';
import type { Sleep } from './async/sleep.ts';
import type { Config } from './config/config.ts';
import type { WorkspaceConfig } from './config/workspace-config.ts';
import type { JobSizes } from './databricks/job-sizes.ts';
import type { JobsClient } from './databricks/jobs.ts';
import type { TokenProvider } from './databricks/token.ts';
import type { Transport } from './databricks/transport.ts';
import type { DocumentSource } from './config/document-source.ts';
import type { Documents } from './documents.ts';
import type { EventRule } from './events/event-rule.ts';
import type { Templates } from './templates/template.ts';
import type { TokenVerifier } from './identity/token-verifier.ts';
import type { RecentHealth } from './health/recent-health.ts';
import type { KeyNames } from './identity/key-names.ts';
import type { DurationLedger } from './ledger/duration-ledger.ts';
import type { RunArchive } from './ledger/run-archive.ts';
import type { RunIndex } from './ledger/run-index.ts';
import type { RunLedger } from './ledger/run-ledger.ts';
import type { SweepLedger } from './ledger/sweep-ledger.ts';
import type { LocalWatchers } from './durable/local-watchers.ts';
import type { RunReads } from './ledger/wait-for-run.ts';
import type { WatchIndex } from './ledger/watch-index.ts';
import type { OpenChannels } from './notify/channels.ts';
import type { DeadLetters } from './notify/dead-letters.ts';
import type { Deliveries } from './notify/deliveries.ts';
import type { EventGridTopic } from './notify/event-grid-topic.ts';
import type { PolicySource } from './open-policy.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import type { StatementsAtOnce } from './sql/statements-at-once.ts';
import type { SqlClient } from './sql/sql-client.ts';
import type { StatementReads } from './statements/record/wait-for-statement.ts';
import type { Storage } from './storage/storage.ts';
import type { Audit } from './telemetry/audit.ts';
import type { Log } from './telemetry/log.ts';
import type { FlushAtEnd } from './telemetry/flush-at-end.ts';
import type { Redactor } from './telemetry/redaction.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

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
  /** @throws {AppError} where the workspace cannot be reached or does not let the gateway in. */
  probe(): Promise<void>;
}

/** Everything the functions work with; nothing else constructs a client. */
export interface AppContext {
  config: Config;
  log: Log;
  redactor: Redactor;
  now: () => number;
  sleep: Sleep;
  /** When this process opened the app, epoch ms. */
  openedAtMs: number;
  secrets: SecretStore;
  documents: Documents;
  /** What callers may do; may change while the app runs. */
  policy: PolicySource;
  /** `undefined` where no file of templates is set. */
  templates: DocumentSource<Templates> | undefined;
  /** Which events run what, in their order; `undefined` where no file of rules is set. */
  eventRules: DocumentSource<readonly EventRule[]> | undefined;
  storage: Storage;
  ledger: RunLedger;
  runIndex: RunIndex;
  watchIndex: WatchIndex;
  /** The watchers of runs that this process runs. */
  watchers: LocalWatchers;
  audit: Audit;
  telemetry: Telemetry;
  /** Sends what an invocation has recorded, when it has ended. */
  flushAtEnd: FlushAtEnd;
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
  recentSuccessors: RecentSuccessors;
  statementsAtOnce: StatementsAtOnce;
  deadLetters: DeadLetters;
  /** Where the gateway publishes; `undefined` where no topic is set. */
  topic: EventGridTopic | undefined;
  deliveries: Deliveries;
  /** By workspace: reading the outputs of runs that have ended, and canceling runs. */
  bulkheads: { outputs: Bulkhead; cancels: Bulkhead };
  /** By workspace: requests that start runs. */
  outages: OutageGuard;
  health: RecentHealth;
  channels: OpenChannels;
  /** The workspace of that name. @throws {UnknownWorkspaceError} where the settings do not name it, or no longer */
  workspace(name: string): Workspace;
  /** @throws {AppError} where the vault cannot be reached or does not let the gateway in. */
  probeVault(): Promise<void>;
}
