import { once } from 'node:events';
import { join } from 'node:path';
import { WAREHOUSE_ID } from './databricks/sql/compute.ts';
import { interruption, InterruptedError } from './interruption.ts';
import { untilHealthy } from './readiness.ts';
import { signInLines } from './sign-in-lines.ts';
import { startStack, type Stack } from './stack.ts';
import { readStartSettings } from './start-settings.ts';

/** The stack until Ctrl-C: addresses and readiness on standard output, the functions host's log on standard error. */
async function main(signal: AbortSignal): Promise<void> {
  const { port, workspacePort, dataDir, isFresh, auth } = await readStartSettings(process.env);
  const isForPeople = process.stderr.isTTY;

  // Until the host is up its output is in the error that says why it is not.
  let isUp = false;
  const lines = wholeLines((line) => console.error(line));
  await using stack = await startStack({
    port,
    workspacePort,
    dataDir,
    isFresh,
    auth,
    warmNotebooks: true,
    environment: process.env,
    signal,
    pretty: isForPeople,
    onWaiting: (why) => console.error(`waiting: ${why}`),
    onHostOutput: (text) => {
      if (isUp) lines(text);
    },
  });
  isUp = true;

  for (const line of [...addresses(stack), ...(auth ? [`keys ${join(dataDir, 'keys.json')}`] : [])]) console.log(line);
  await untilHealthy(stack, signal, (why) => console.error(`waiting for the gateway: ${why}`));
  if (process.env['AUTH_MODE'] === 'entra') for (const line of signInLines(stack)) console.log(line);
  console.log(`ready ${stack.url}`);

  const hostEnded = stack.hostEnded().then(() => 'host ended');
  const outcome = await Promise.race([hostEnded, signal.aborted || once(signal, 'abort')]);
  if (outcome === 'host ended') throw new Error('The functions host has ended.');
}

function addresses(stack: Stack): string[] {
  return [
    ...(stack.databricks.isEmulated
      ? [
          `databricks ${stack.databricks.url}`,
          `http-path /sql/1.0/warehouses/${WAREHOUSE_ID}`,
          `notebooks ${join(stack.dataDir, 'databricks', 'notebooks')}`,
        ]
      : []),
    `ca ${stack.caFile}`,
    `vault ${stack.vault.url}`,
    `identity ${stack.identity.url}`,
    `event-grid ${stack.eventGrid.url}`,
    `storage ${stack.storage.url}`,
    `token ${stack.token}`,
  ];
}

/** Passes on whole lines only, so that lines of different origin never mix. */
function wholeLines(write: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) write(line);
  };
}

const signal = interruption();
try {
  await main(signal);
} catch (error) {
  if (!(error instanceof InterruptedError) && !signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
