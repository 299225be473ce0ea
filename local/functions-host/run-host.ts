import inspector from 'node:inspector';
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { FunctionsHost } from './host.ts';
import { createLog, describeError, systemEntry } from './log.ts';
import { SettingsError } from './settings-error.ts';
import { readHostJson, readLocalSettings } from './settings.ts';
import { StopSignals } from './stop-signals.ts';
import type { CreateAppWorker } from './worker/app-worker.ts';
import { InProcessWorker } from './worker/in-process-worker.ts';

/** Mark and compact at twice what lives, not at four times: histories make much garbage that dies soon. */
setFlagsFromString('--heap-growing-percent=80');

const DEFAULT_PORT = 7071;
/** By then the first invocations have loaded what they need. */
const COMPILED_AFTER_MS = 3_000;

/** What the command line asks for. */
export interface RunOptions {
  /** Directory of the app. */
  app: string;
  /** @default what local.settings.json says, or 7071 */
  port: number | undefined;
  data: string;
  'no-auth': boolean;
  strict: boolean;
  pretty: boolean;
  'visibility-timeouts': boolean;
  queueDelayMs: number;
  /** A file whose default export makes the worker. */
  worker?: string | undefined;
  /** The inspector's port. */
  inspect?: string | undefined;
}

async function workerFrom(file: string | undefined): Promise<CreateAppWorker> {
  if (file === undefined) return (options) => new InProcessWorker(options);
  const module = (await import(pathToFileURL(path.resolve(file)).href)) as { default?: unknown };
  // A CommonJS file that was an ES module has its default export inside.
  const create = (module.default as { default?: unknown } | undefined)?.default ?? module.default;
  if (typeof create !== 'function') throw new SettingsError(`--worker ${file}: its default export is not a function`);
  return create as CreateAppWorker;
}

/** Runs an app until SIGINT or SIGTERM. @throws `SettingsError`, `AppLoadError`. */
export async function runHost(options: RunOptions): Promise<void> {
  if (options.inspect !== undefined) inspector.open(Number(options.inspect), '127.0.0.1');
  const createWorker = await workerFrom(options.worker);
  const localSettings = readLocalSettings(options.app);
  for (const [name, value] of Object.entries(localSettings.Values)) process.env[name] ??= String(value);
  process.env['AZURE_FUNCTIONS_ENVIRONMENT'] ??= 'Development';
  process.env['FUNCTIONS_WORKER_RUNTIME'] ??= 'node';
  const hostJson = readHostJson(options.app, process.env);
  const log = createLog({
    pretty: options.pretty,
    levels: hostJson.logging.logLevel,
    write: (text) => process.stdout.write(text),
    now: () => new Date(),
  });
  // As Azure's worker, which runs an app in its own directory.
  process.chdir(options.app);
  const host = new FunctionsHost({
    app: options.app,
    port: options.port ?? localSettings.Host.LocalHttpPort ?? DEFAULT_PORT,
    data: options.data,
    isAuthOff: options['no-auth'],
    isStrict: options.strict,
    hasVisibilityTimeouts: options['visibility-timeouts'],
    queueDelayMs: options.queueDelayMs,
    hostJson,
    localSettings,
    env: process.env,
    createWorker,
    log,
  });
  // In-process, the app's stray errors arrive here; they are the app's to know of and not the host's to die of.
  process.on('unhandledRejection', (reason) =>
    log(systemEntry('error', `Worker unhandled rejection: ${describeError(reason)}`)),
  );
  process.on('uncaughtException', (error) =>
    log(systemEntry('critical', `Worker uncaught exception: ${describeError(error)}`)),
  );
  const stop = async (): Promise<void> => {
    await host.stop();
    process.exit(0);
  };
  const signals = new StopSignals({
    stop: () => void stop(),
    end: () => process.exit(1),
    nowMs: () => performance.now(),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => signals.receive());
  await host.start();
  const functions = host.describeFunctions();
  const width = options.pretty ? Math.max(...functions.map(({ name }) => name.length)) + 1 : 0;
  for (const { name, listensTo } of functions)
    log(systemEntry('information', `${`${name}:`.padEnd(width)} ${listensTo}`));
  process.stdout.write(`listening on ${host.url}\n`);
  keepCompiled();
}

/** Node would keep what it has compiled for the next start as it ends: a host that is killed has compiled it for itself alone. */
function keepCompiled(): void {
  flushCompileCache();
  setTimeout(flushCompileCache, COMPILED_AFTER_MS).unref();
}
