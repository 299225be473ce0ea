import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { durableClientInput } from '../../local/functions-host/durable/client-input.ts';
import type { Stack } from '../../local/stack.ts';
import { createApp, type App } from '../../src/shared/create-context.ts';
import { orchestrations, type Orchestrations } from '../../src/shared/durable/run-orchestrations.ts';
import {
  statementOrchestrations,
  type StatementOrchestrations,
} from '../../src/shared/durable/statement-orchestrations.ts';

export interface Housekeeper {
  app: App;
  engine: Orchestrations;
  statements: StatementOrchestrations;
  /** Every line that the app has logged. */
  log: string[];
}

/**
 * The gateway's own code in this process, on a stack's storage, workspace and Durable engine, with a clock that is
 * `aheadMs` ahead: what happens after minutes or months can be seen at once.
 */
export async function openHousekeeper(
  stack: Stack,
  { aheadMs = 0, env = {} }: { aheadMs?: number; env?: Record<string, string> } = {},
): Promise<Housekeeper> {
  setDefaultCACertificates([await readFile(stack.caFile, 'utf8')]);
  const log: string[] = [];
  const app = createApp(
    {
      AzureWebJobsStorage: stack.storage.connectionString,
      DATABRICKS_HOST: stack.databricks.url,
      DATABRICKS_TOKEN: stack.databricks.token,
      ...env,
    },
    { now: () => Date.now() + aheadMs, sink: (entry) => log.push(JSON.stringify(entry)) },
  );
  const client = await durableClientOf(stack);
  const engine = orchestrations(client, (workspace) => new df.EntityId('admission', workspace));
  return { app, engine, statements: statementOrchestrations(client, engine), log };
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
  const context = new InvocationContext({ functionName: 'housekeeper', options: { extraInputs: [binding] } });
  context.extraInputs.set(binding, input);
  return df.getClient(context);
}
