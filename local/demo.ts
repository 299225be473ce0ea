import { readCommandLine } from './command-line.ts';
import { interruption } from './interruption.ts';

const USAGE = `usage: npm run demo

Starts the stack on free ports, runs a notebook and a query through the gateway, and stops everything. The workspace is
the emulated one, whatever DATABRICKS_HOST says.`;

const NEXT = `Both came out right. Next:
  npm start        keeps the stack running
  README.md        your own notebook and table, and how to call the gateway`;

if (readCommandLine({ usage: USAGE, options: {} }) !== undefined) {
  const signal = interruption();
  try {
    const { runDemo } = await import('./run-demo.ts');
    await runDemo(signal);
    console.log(`\n${NEXT}`);
  } catch (error) {
    console.error(`\n${signal.aborted || !(error instanceof Error) ? 'Stopped.' : error.message}`);
    process.exitCode = signal.aborted ? 130 : 1;
  }
}
