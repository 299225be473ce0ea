import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { SettingsError } from './settings-error.ts';

const cores = os.availableParallelism();

const versionStrategy = z.string().transform((text) => text.toLowerCase());

const durableTaskSchema = z.looseObject({
  hubName: z.string().default('TestHubName'),
  maxConcurrentActivityFunctions: z.coerce
    .number()
    .int()
    .positive()
    .default(10 * cores),
  maxConcurrentOrchestratorFunctions: z.coerce
    .number()
    .int()
    .positive()
    .default(10 * cores),
  maxEntityOperationBatchSize: z.coerce.number().int().positive().default(5000),
  overridableExistingInstanceStates: z.string().default('NonRunningStates'),
  httpSettings: z
    .looseObject({ defaultAsyncRequestSleepTimeMilliseconds: z.coerce.number().int().positive().default(30_000) })
    .prefault({}),
  storageProvider: z
    .looseObject({ workItemQueueVisibilityTimeout: z.union([z.string(), z.number()]).default('00:05:00') })
    .prefault({}),
  defaultVersion: z.string().optional(),
  versionMatchStrategy: versionStrategy.default('currentorolder'),
  versionFailureStrategy: versionStrategy.default('reject'),
});

const queuesSchema = z.looseObject({
  batchSize: z.coerce.number().int().min(1).max(32).default(16),
  newBatchThreshold: z.coerce.number().int().nonnegative().optional(),
  maxDequeueCount: z.coerce.number().int().positive().default(5),
  maxPollingInterval: z.union([z.string(), z.number()]).default('00:00:02'),
  visibilityTimeout: z.union([z.string(), z.number()]).default('00:00:00'),
  messageEncoding: z.string().default('base64'),
});

const hostSchema = z.looseObject({
  extensions: z
    .looseObject({
      http: z.looseObject({ routePrefix: z.string().default('api') }).prefault({}),
      durableTask: durableTaskSchema.prefault({}),
      queues: queuesSchema.prefault({}),
    })
    .prefault({}),
  logging: z.looseObject({ logLevel: z.record(z.string(), z.string()).default({}) }).prefault({}),
});

/** What the host reads of `host.json`. */
export type HostJson = z.infer<typeof hostSchema>;
/** The `durableTask` extension's part of `host.json`. */
export type DurableTaskSettings = z.infer<typeof durableTaskSchema>;
/** The `queues` extension's part of `host.json`. */
export type QueuesSettings = z.infer<typeof queuesSchema>;

const localSettingsSchema = z.looseObject({
  Values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  Host: z
    .looseObject({
      CORS: z.string().optional(),
      CORSCredentials: z.union([z.boolean(), z.string()]).optional(),
      LocalHttpPort: z.coerce.number().int().optional(),
    })
    .default({}),
});

/** What the host reads of `local.settings.json`. */
export type LocalSettings = z.infer<typeof localSettingsSchema>;

function readJson(file: string): unknown {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new SettingsError(`${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

function parse<T>(schema: z.ZodType<T>, file: string, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new SettingsError(`${file}: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** `AzureFunctionsJobHost__a__b=value` overrides host.json's `a.b`, as on Azure. */
function overrideFromEnvironment(host: Record<string, unknown>, env: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(env)) {
    const [prefix, ...keys] = name.split('__');
    const last = keys.pop();
    if (prefix !== 'AzureFunctionsJobHost' || last === undefined) continue;
    let target = host;
    for (const key of keys) {
      const next = target[key];
      const copy: Record<string, unknown> = typeof next === 'object' && next !== null ? { ...next } : {};
      target[key] = copy;
      target = copy;
    }
    target[last] = value;
  }
}

/** The app's host.json with defaults filled in. @throws `SettingsError`. */
export function readHostJson(app: string, env: NodeJS.ProcessEnv): HostJson {
  const file = path.join(app, 'host.json');
  const host = { ...(readJson(file) as Record<string, unknown>) };
  overrideFromEnvironment(host, env);
  return parse(hostSchema, file, host);
}

/** The app's local.settings.json. @throws `SettingsError`. */
export function readLocalSettings(app: string): LocalSettings {
  const file = path.join(app, 'local.settings.json');
  return parse(localSettingsSchema, file, readJson(file));
}

/** `%NAME%` in `text` replaced by the app setting NAME. @throws `SettingsError` if there is none. */
export function resolveSettings(text: string, env: NodeJS.ProcessEnv): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) throw new SettingsError(`app setting "${name}" is missing (wanted by "${text}")`);
    return value;
  });
}

/** The storage connection string that a binding's `connection` names. @throws `SettingsError`. */
export function storageConnection(connection: unknown, env: NodeJS.ProcessEnv): string {
  const name = typeof connection === 'string' && connection ? connection : 'AzureWebJobsStorage';
  const value = env[name] ?? env[`AzureWebJobs${name}`];
  if (!value) throw new SettingsError(`the storage connection "${name}" is not set`);
  return value === 'UseDevelopmentStorage=true' ? DEVELOPMENT_STORAGE : value;
}

/** Azurite's published account on its default ports. */
const DEVELOPMENT_STORAGE = [
  'DefaultEndpointsProtocol=http',
  'AccountName=devstoreaccount1',
  'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  'BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1',
  'QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1',
  'TableEndpoint=http://127.0.0.1:10002/devstoreaccount1',
].join(';');

/** Milliseconds in a .NET `[d.]hh:mm:ss[.fff]` or in a number of milliseconds. @throws `SettingsError`. */
export function durationMs(value: string | number): number {
  if (typeof value === 'number') return value;
  const match = /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(value);
  if (match === null) throw new SettingsError(`"${value}" is not a duration such as 00:00:30`);
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}
