import { existsSync } from 'node:fs';
import inspector from 'node:inspector';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { FunctionsHost } from './host.ts';
import { createLog, describeError, systemEntry } from './log.ts';
import { readHostJson, readLocalSettings, SettingsError } from './settings.ts';
import { StopSignals } from './stop-signals.ts';
import { watchApp } from './watch.ts';
import type { CreateAppWorker } from './worker/app-worker.ts';
import { InProcessWorker } from './worker/in-process-worker.ts';

/** Mark and compact at twice what lives, not at four times: histories make much garbage that dies soon. */
setFlagsFromString('--heap-growing-percent=80');

const USAGE = `usage: main.ts --app DIR [--port N] [--data DIR] [--no-auth] [--strict] [--visibility-timeouts] [--queue-delay MS] [--pretty] [--worker FILE] [--watch] [--inspect[=PORT]]`;
const DEFAULT_PORT = 7071;
const DEFAULT_INSPECTOR_PORT = '9229';

function parseArguments(argv: string[]) {
  try {
    return parseKnown(argv);
  } catch (error) {
    // What follows the first sentence is about arguments that begin with a dash.
    const what = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new SettingsError(`${what}\n${USAGE}`, { cause: error });
  }
}

function parseKnown(argv: string[]) {
  return parseArgs({
    args: argv.map((argument) => (argument === '--inspect' ? `--inspect=${DEFAULT_INSPECTOR_PORT}` : argument)),
    options: {
      app: { type: 'string' },
      port: { type: 'string' },
      data: { type: 'string' },
      'no-auth': { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      pretty: { type: 'boolean', default: process.stdout.isTTY },
      'visibility-timeouts': { type: 'boolean', default: false },
      'queue-delay': { type: 'string', default: '0' },
      worker: { type: 'string' },
      watch: { type: 'boolean', default: false },
      inspect: { type: 'string' },
    },
  });
}

function readArguments(argv: string[]) {
  const { values } = parseArguments(argv);
  if (values.app === undefined) throw new SettingsError(USAGE);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new SettingsError(`--port ${values.port}: not a port number`);
  const queueDelayMs = Number(values['queue-delay']);
  if (!(Number.isInteger(queueDelayMs) && queueDelayMs >= 0))
    throw new SettingsError(`--queue-delay ${values['queue-delay']}: not a number of milliseconds`);
  const app = path.resolve(values.app);
  if (!existsSync(app)) throw new SettingsError(`--app ${app}: no such directory`);
  return { ...values, app, port, queueDelayMs, data: path.resolve(values.data ?? path.join(app, '.functions-host')) };
}

async function workerFrom(file: string | undefined): Promise<CreateAppWorker> {
  if (file === undefined) return (options) => new InProcessWorker(options);
  const module = (await import(pathToFileURL(path.resolve(file)).href)) as { default?: unknown };
  // A CommonJS file that was an ES module has its default export inside.
  const create = (module.default as { default?: unknown } | undefined)?.default ?? module.default;
  if (typeof create !== 'function') throw new SettingsError(`--worker ${file}: its default export is not a function`);
  return create as CreateAppWorker;
}

async function run(): Promise<void> {
  // Whoever read the output may be gone: a failed write must not become an error that is written, and fails, again.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const options = readArguments(process.argv.slice(2));
  if (options.watch) return watchApp(options.app, options.data);
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
}

try {
  await run();
} catch (error) {
  const isOurs = error instanceof Error && /^(AppLoadError|SettingsError)$/.test(error.name);
  process.stderr.write(`${isOurs ? error.message : describeError(error)}\n`);
  process.exit(1);
}
