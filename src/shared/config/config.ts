import { isHostEntry } from '../domain/allowed-hosts.ts';
import { readAuth } from './auth-config.ts';
import { ConfigError } from './config-error.ts';
import { readDocumentLocation } from './document-location.ts';
import type { Environment, SettingName } from './env.ts';
import { settingNames } from './env.ts';
import { isLoopback, parseServiceUrl } from './service-url.ts';
import { readMail } from './mail-config.ts';
import { SettingReader } from './setting-reader.ts';
import { readStorage } from './storage-config.ts';
import { readTelemetry } from './telemetry-config.ts';
import type { WorkspaceConfig } from './workspace-config.ts';
import { readWorkspace } from './workspace-config.ts';
import { readWorkspaces } from './workspaces.ts';

/** All settings of the app. It names secrets and holds none, so it may be logged. */
export interface Config extends ReturnType<typeof readConfig> {
  /** At least one; the first is the default. */
  workspaces: readonly [WorkspaceConfig, ...WorkspaceConfig[]];
}

/** Reads all settings. @throws {ConfigError} with every problem at once. */
export function loadConfig(env: Environment): Config {
  const reader = new SettingReader(env);
  refuseUnresolvedReferences(env, reader);
  const [first, ...others] = readAllWorkspaces(reader);
  const config = readConfig(reader);
  if (reader.problems.length > 0 || first === undefined) throw new ConfigError(reader.problems);
  return { workspaces: [first, ...others], ...config };
}

/** What is not of one workspace. */
function readConfig(reader: SettingReader) {
  return {
    storage: readStorage(reader),
    ...optional('keyVaultUrl', reader.url('KEY_VAULT_URL')?.origin),
    /** A user-assigned identity's client id, for everything that `DefaultAzureCredential` signs in to. */
    ...optional('azureClientId', reader.text('AZURE_CLIENT_ID')),
    ...optional('eventGridTopicEndpoint', reader.url('EVENT_GRID_TOPIC_ENDPOINT')?.href),
    /** How e-mail is sent; without it only Databricks writes. */
    ...optional('mail', readMail(reader)),
    /** Where the templates of runs are. */
    ...optional('templatesFile', readDocumentLocation(reader, 'TEMPLATES_FILE')),
    /** Which events run which templates. */
    ...optional('eventRulesFile', readDocumentLocation(reader, 'EVENT_RULES_FILE')),
    /** The address that callers reach the gateway by, where it is not the platform's. No slash at the end. */
    ...optional('publicUrl', readPublicUrl(reader)),
    /** The platform's own address of the app, as `https://name.azurewebsites.net`; none on a developer's machine. */
    ...optional('platformUrl', readPlatformUrl(reader)),
    runs: readRuns(reader),
    sql: {
      ...optional('maxRows', reader.wholeNumber('SQL_MAX_ROWS')),
      ...optional('maxBytes', reader.wholeNumber('SQL_MAX_BYTES')),
      ...optional('maxSeconds', reader.wholeNumber('SQL_MAX_SECONDS')),
    },
    auth: readAuth(reader),
    /** Where spans and figures go; they are made only where that is set. */
    ...optional('telemetry', readTelemetry(reader)),
    /** The rules of what callers may do; without them everything is allowed but statements that write. */
    ...optional('policyFile', readDocumentLocation(reader, 'POLICY_FILE')),
  };
}

function readPublicUrl(reader: SettingReader): string | undefined {
  const url = reader.url('PUBLIC_URL');
  if (url === undefined) return undefined;
  if (url.search !== '' || url.hash !== '') reader.report('PUBLIC_URL', 'must have neither a query nor a fragment.');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** Core Tools and container images name this machine, which is no address for callers. */
function readPlatformUrl(reader: SettingReader): string | undefined {
  const text = reader.text('WEBSITE_HOSTNAME');
  const url = text === undefined ? undefined : parseServiceUrl(text);
  if (url === undefined || (typeof url !== 'string' && isLoopback(url.hostname))) return undefined;
  if (typeof url !== 'string') return url.origin;
  reader.report('WEBSITE_HOSTNAME', url);
  return undefined;
}

/** `DATABRICKS_HOST` and its companions make the workspace named `default`; `WORKSPACES` adds to it or stands alone. */
function readAllWorkspaces(reader: SettingReader): WorkspaceConfig[] {
  const others = readWorkspaces(reader);
  const hasDefault = reader.text('DATABRICKS_HOST') !== undefined || reader.text('WORKSPACES') === undefined;
  const workspaces = hasDefault ? [readWorkspace('default', reader), ...others] : others;
  if (workspaces.length === 0 && reader.problems.length === 0) reader.report('WORKSPACES', 'names no workspace.');
  const names = workspaces.map(({ name }) => name);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  for (const name of repeated) reader.report('WORKSPACES', `has more than one workspace named ${name}.`);
  return workspaces;
}

function readRuns(reader: SettingReader) {
  const defaultSeconds = reader.wholeNumber('RUN_DEADLINE_SECONDS_DEFAULT');
  const maxSeconds = reader.wholeNumber('RUN_DEADLINE_SECONDS_MAX');
  if (defaultSeconds !== undefined && maxSeconds !== undefined && defaultSeconds > maxSeconds) {
    reader.report('RUN_DEADLINE_SECONDS_DEFAULT', 'is beyond RUN_DEADLINE_SECONDS_MAX.');
  }
  return {
    /** How many accepted runs may wait for admission in a workspace. */
    queueMax: reader.wholeNumber('RUN_QUEUE_MAX') ?? 50_000,
    /** How long completed runs and their results are kept. */
    retentionDays: reader.wholeNumber('RUN_RETENTION_DAYS') ?? 400,
    ...optional('deadlineSecondsDefault', defaultSeconds),
    ...optional('deadlineSecondsMax', maxSeconds),
    /**
     * Hosts that callbacks may go to, lower case: `host`, `host:port` or `*.domain`; those of `allowedPrivate` may have
     * addresses of a private network.
     */
    callbackHosts: {
      allowed: readHosts(reader, 'CALLBACK_ALLOWED_HOSTS'),
      allowedPrivate: readHosts(reader, 'CALLBACK_ALLOWED_PRIVATE_HOSTS'),
    },
    /** Queues that results may be asked for in, beside `run-results`. */
    replyQueues: readQueues(reader, 'REPLY_QUEUES'),
    /** Domains, lower case: users whose principal names are of these may view the runs that they submit. */
    viewerDomains: readHosts(reader, 'RUN_VIEWER_DOMAINS'),
    /** What the names of secrets in the vault begin with that hold the keys of single receivers of callbacks. */
    ...optional('callbackSigningKeyPrefix', readKeyPrefix(reader)),
    /** What callbacks to all other receivers are signed with, as `whsec_` and base64; without both, none is signed. */
    ...optional(
      'callbackSigningKey',
      reader.hasSecret('CALLBACK_SIGNING_KEY')
        ? reader.requiredSecret('CALLBACK_SIGNING_KEY', 'it signs callbacks.')
        : undefined,
    ),
  };
}

function readKeyPrefix(reader: SettingReader): string | undefined {
  const prefix = reader.text('CALLBACK_SIGNING_KEY_PREFIX');
  if (prefix === undefined) return undefined;
  if (!/^[0-9A-Za-z-]{1,60}$/.test(prefix))
    reader.report('CALLBACK_SIGNING_KEY_PREFIX', 'must have 1 to 60 letters, digits and dashes.');
  if (reader.text('KEY_VAULT_URL') === undefined)
    reader.report('CALLBACK_SIGNING_KEY_PREFIX', 'names secrets in the vault, but KEY_VAULT_URL is not set.');
  return prefix;
}

function readHosts(reader: SettingReader, name: SettingName): string[] {
  const hosts = (reader.text(name) ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
  if (!hosts.every(isHostEntry)) {
    reader.report(name, 'must be host names with commas between them, as api.example.com or *.example.com.');
  }
  return hosts;
}

/** @see https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata */
const QUEUE_NAME = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** What the gateway puts there it must not take for requests. */
const OWN_QUEUES: ReadonlySet<string> = new Set(['run-requests', 'run-events']);

/**
 * The queues of task hubs, of whatever app, those of the Functions host, and those of messages that could not be processed.
 * @see https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-azure-storage-provider
 */
const SYSTEM_QUEUE = /-workitems$|-control-\d+$|^azure-webjobs-|-poison$/;

function readQueues(reader: SettingReader, name: SettingName): string[] {
  const queues = (reader.text(name) ?? '')
    .split(',')
    .map((queue) => queue.trim())
    .filter((queue) => queue !== '');
  if (!queues.every((queue) => QUEUE_NAME.test(queue)))
    reader.report(name, 'must be names of queues with commas between them.');
  if (queues.some((queue) => OWN_QUEUES.has(queue) || SYSTEM_QUEUE.test(queue)))
    reader.report(name, 'must name none of the queues of the gateway, of Durable Functions and of the Functions host.');
  return queues;
}

/** App Service leaves the reference itself as the value where it cannot read the vault. */
function refuseUnresolvedReferences(env: Environment, reader: SettingReader): void {
  for (const name of settingNames()) {
    if (env[name]?.trimStart().toLowerCase().startsWith('@microsoft.keyvault(') === true) {
      reader.report(name, 'is an unresolved Key Vault reference: the app cannot read that secret.');
    }
  }
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}
