import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { orchestrations, type Orchestrations } from './run-orchestrations.ts';
import { statementOrchestrations, type StatementOrchestrations } from './statement-orchestrations.ts';

/** The binding that functions list under `extraInputs` to be given the Durable client. */
export const durableClient = df.input.durableClient();

/** The entity that lets the runs of a workspace through. */
export function admissionOf(workspace: string): df.EntityId {
  return new df.EntityId('admission', workspace);
}

/** The Durable client of this invocation. */
export function engineOf(context: InvocationContext): Orchestrations {
  return orchestrations(clientOf(context), admissionOf);
}

/** The same for asynchronous SQL statements. */
export function statementOrchestrationsOf(context: InvocationContext): StatementOrchestrations {
  return statementOrchestrations(clientOf(context), engineOf(context));
}

let last: { input: string; client: df.DurableClient } | undefined;

/** Making a client checks all its addresses; they are the same for every invocation of a host. */
function clientOf(context: InvocationContext): df.DurableClient {
  const input = JSON.stringify(context.extraInputs.get(durableClient));
  if (last === undefined || last.input !== input) last = { input, client: df.getClient(context) };
  return last.client;
}
