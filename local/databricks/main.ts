import { readCommandLine } from '../command-line.ts';

const USAGE = `usage: npm run emulator -- [--port N] [--data DIR] [--time-scale X]

Runs the emulated Databricks workspace alone, until Ctrl-C.

  --port N        its port; any free one without
  --data DIR      keeps everything there; without, nothing outlives it
  --time-scale X  emulated seconds in one real second, 1 without

DATABRICKS_TOKEN, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET are the credentials that it takes, if set.`;

const MAX_PORT = 65_535;

const commandLine = readCommandLine({
  usage: USAGE,
  options: {
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
    'time-scale': { type: 'string', default: '1' },
  },
});

async function main({ port, timeScale, dataDir }: { port: string; timeScale: string; dataDir: string | undefined }) {
  const options = { port: Number(port), timeScale: Number(timeScale), dataDir };
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > MAX_PORT)
    throw new Error(`--port ${port} is not a port number.`);
  if (!(options.timeScale > 0)) throw new Error(`--time-scale ${timeScale} is not a number above 0.`);
  // Loaded once it is known what for: databases and interpreters take their time.
  const { serveWorkspace } = await import('./serve-workspace.ts');
  await serveWorkspace(options);
}

if (commandLine !== undefined) {
  const { port, data: dataDir, 'time-scale': timeScale } = commandLine.values;
  try {
    await main({ port, timeScale, dataDir });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
