import { once } from 'node:events';
import { banner, plainAddresses } from './banner.ts';
import { builtApp } from './built-app.ts';
import { reachStackDirectly } from './host-environment.ts';
import { logWriter } from './log-lines/log-writer.ts';
import { degradedChecks, untilHealthy } from './readiness.ts';
import { signInLines } from './sign-in-lines.ts';
import { startStack } from './stack.ts';
import type { StartSettings } from './start-settings.ts';

/** The stack until Ctrl-C: addresses and readiness on standard output, the log on standard error. */
export async function runStack(settings: StartSettings, signal: AbortSignal, isVerbose: boolean): Promise<void> {
  reachStackDirectly(process.env);
  const isForPeople = process.stdout.isTTY;
  if (isForPeople) console.log('Starting: functions host, Databricks, vault, identity, Event Grid, storage …');

  await using app = await builtApp();
  // Until the host is up its output is in the error that says why it is not.
  let isUp = false;
  const log = logWriter(process.stderr, { isVerbose });
  await using stack = await startStack({
    ...settings,
    appDir: app.appDir,
    warmNotebooks: true,
    environment: process.env,
    signal,
    onWaiting: (why) => console.error(`waiting: ${why}`),
    onHostOutput: (text) => {
      if (isUp) log(text);
    },
  });
  isUp = true;

  if (!isForPeople) for (const line of plainAddresses(stack, settings)) console.log(line);
  await untilHealthy(stack, signal, (why) => console.error(`waiting for the gateway: ${why}`));
  if (process.env['AUTH_MODE'] === 'entra') for (const line of signInLines(stack)) console.log(line);
  if (isForPeople) console.log(banner(stack, settings));
  console.log(`ready ${stack.url}`);
  for (const check of await degradedChecks(stack)) console.error(`degraded: ${check}`);

  const hostEnded = stack.hostEnded().then(() => 'host ended');
  const outcome = await Promise.race([hostEnded, signal.aborted || once(signal, 'abort')]);
  if (outcome === 'host ended') throw new Error('The functions host has ended.');
  if (isForPeople) console.log('\nStopping; what was accepted goes on at the next start.');
}
