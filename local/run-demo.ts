import { builtApp } from './built-app.ts';
import { DemoFailure, runNotebook, runStatement } from './demo-requests.ts';
import { reachStackDirectly } from './host-environment.ts';
import { untilHealthy } from './readiness.ts';
import { startStack } from './stack.ts';

const RUN_TIMEOUT_MS = 45_000;
const SQL_TIMEOUT_MS = 20_000;
const SHOWN_LOG_LENGTH = 4_000;

function onWaiting(why: string): void {
  console.error(`waiting: ${why}`);
}

/**
 * Starts the stack, shows a run and a query, and stops it. What fails before the gateway is up is the stack's, and the log says why; of a run, the run does.
 * @throws Error whose message says what went wrong
 */
export async function runDemo(signal: AbortSignal): Promise<void> {
  console.log('Starting the local stack: identity, vault, storage, Databricks, functions host …');
  reachStackDirectly(process.env);
  await using app = await builtApp();
  await using stack = await startStack({ appDir: app.appDir, signal, warmNotebooks: true, onWaiting });
  await untilHealthy(stack, signal, onWaiting);
  console.log(`The gateway is at ${stack.url}, the workspace at ${stack.databricks.url}`);
  try {
    await runNotebook(stack.url, AbortSignal.any([signal, AbortSignal.timeout(RUN_TIMEOUT_MS)]));
    await runStatement(stack.url, AbortSignal.any([signal, AbortSignal.timeout(SQL_TIMEOUT_MS)]));
  } catch (error) {
    if (!signal.aborted && !(error instanceof DemoFailure)) console.error(`\n${lastLines(stack.hostLog())}`);
    throw error;
  }
}

/** From the beginning of a line. */
function lastLines(log: string): string {
  const cut = log.slice(-SHOWN_LOG_LENGTH);
  return cut.length < log.length ? cut.slice(cut.indexOf('\n') + 1) : cut;
}
