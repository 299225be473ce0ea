import { existsSync } from 'node:fs';
import path from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { SettingsError } from './settings-error.ts';
import { watchApp } from './watch.ts';

const USAGE = `usage: main.ts --app DIR [--port N] [--data DIR] [--no-auth] [--strict] [--visibility-timeouts] [--queue-delay MS] [--pretty] [--worker FILE] [--watch] [--inspect[=PORT]]`;
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

async function run(): Promise<void> {
  // Whoever read the output may be gone: a failed write must not become an error that is written, and fails, again.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const options = readArguments(process.argv.slice(2));
  if (options.watch) return watchApp(options.app, options.data);
  // Loaded once it is known what for.
  const { runHost } = await import('./run-host.ts');
  await runHost(options);
}

try {
  await run();
} catch (error) {
  const isOurs = error instanceof Error && /^(AppLoadError|SettingsError)$/.test(error.name);
  process.stderr.write(`${isOurs ? error.message : inspect(error)}\n`);
  process.exit(1);
}
