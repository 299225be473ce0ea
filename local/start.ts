import { readCommandLine } from './command-line.ts';
import { interruption, InterruptedError } from './interruption.ts';
import { readStartSettings } from './start-settings.ts';

const USAGE = `usage: npm start [-- --verbose]

Runs the gateway and everything that it stands on, until Ctrl-C.

  --verbose  on a terminal, every line of the functions host too

Environment variables are the settings: PORT, LOCAL_WORKSPACE_PORT, LOCAL_DATA_DIR, LOCAL_FRESH and LOCAL_AUTH are in
docs/local-stack.md, those of the gateway in docs/operations.md.`;

const commandLine = readCommandLine({ usage: USAGE, options: { verbose: { type: 'boolean', default: false } } });
if (commandLine !== undefined) {
  const signal = interruption();
  try {
    const settings = await readStartSettings(process.env);
    // Loaded once it is known what for: databases and interpreters take their time.
    const { runStack } = await import('./run-stack.ts');
    await runStack(settings, signal, commandLine.values.verbose);
  } catch (error) {
    if (!(error instanceof InterruptedError) && !signal.aborted) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
}
