import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { durableClientInput } from '../../local/functions-host/durable/client-input.ts';
import type { Stack } from '../../local/stack.ts';
import type { AppContext } from '../../src/shared/context.ts';
import { createContext } from '../../src/shared/create-context.ts';
import { runOrchestrations, type RunOrchestrations } from '../../src/shared/durable/run-orchestrations.ts';
import {
  statementOrchestrations,
  type StatementOrchestrations,
} from '../../src/shared/durable/statement-orchestrations.ts';

export interface InProcessGateway {
  context: AppContext;
  orchestrations: RunOrchestrations;
  statements: StatementOrchestrations;
  /** Every line that the app has logged. */
  log: string[];
}

interface InProcessOptions {
  /** How far its clock is ahead. @default 0 */
  aheadMs?: number;
  /** Whether it moves its clock on in the place of waiting, as before another try. @default false */
  skipsWaits?: boolean;
  env?: Record<string, string>;
}

/**
 * The gateway's own code in this process, on a stack's storage, workspace and Durable engine, with a clock that is
 * `aheadMs` ahead: what happens after minutes or months can be seen at once.
 */
export async function openInProcessGateway(
  stack: Stack,
  { aheadMs = 0, skipsWaits = false, env = {} }: InProcessOptions = {},
): Promise<InProcessGateway> {
  setDefaultCACertificates([await readFile(stack.caFile, 'utf8')]);
  const log: string[] = [];
  let skippedMs = 0;
  const skip = async (ms: number) => {
    skippedMs += Math.max(ms, 0);
  };
  const context = createContext(
    {
      AzureWebJobsStorage: stack.storage.connectionString,
      DATABRICKS_HOST: stack.databricks.url,
      DATABRICKS_TOKEN: stack.databricks.token,
      ...env,
    },
    {
      now: () => Date.now() + aheadMs + skippedMs,
      sink: (entry) => log.push(JSON.stringify(entry)),
      ...(skipsWaits ? { sleep: skip } : {}),
    },
  );
  const client = await durableClientOf(stack);
  const orchestrations = runOrchestrations(client, (workspace) => new df.EntityId('admission', workspace));
  return { context, orchestrations, statements: statementOrchestrations(client, orchestrations), log };
}

async function durableClientOf(stack: Stack): Promise<df.DurableClient> {
  const keys = JSON.parse(await readFile(join(stack.dataDir, 'keys.json'), 'utf8')) as {
    systemKeys: { durabletask_extension: string };
  };
  const address = { origin: stack.url, key: keys.systemKeys.durabletask_extension, hub: 'databricksgateway' };
  const { rpcBaseUrl: _loopback, ...input } = durableClientInput(address, '');
  // The library puts the host's own name into the addresses that it is given.
  process.env['WEBSITE_HOSTNAME'] = new URL(stack.url).host;
  const binding = df.input.durableClient();
  const context = new InvocationContext({ functionName: 'inProcess', options: { extraInputs: [binding] } });
  context.extraInputs.set(binding, input);
  return df.getClient(context);
}
