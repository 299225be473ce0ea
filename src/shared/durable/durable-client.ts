import type { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { runOrchestrations, type RunOrchestrations } from './run-orchestrations.ts';
import { statementOrchestrations, type StatementOrchestrations } from './statement-orchestrations.ts';

/** The binding that functions list under `extraInputs` to be given the Durable client. */
export const durableClient = df.input.durableClient();

/** The entity that lets the runs of a workspace through. */
export function admissionOf(workspace: string): df.EntityId {
  return new df.EntityId('admission', workspace);
}

/** The Durable client of this invocation. */
export function runOrchestrationsOf(invocation: InvocationContext): RunOrchestrations {
  return runOrchestrations(clientOf(invocation), admissionOf);
}

/** The same for asynchronous SQL statements. */
export function statementOrchestrationsOf(invocation: InvocationContext): StatementOrchestrations {
  return statementOrchestrations(clientOf(invocation), runOrchestrationsOf(invocation));
}

let last: { input: string; client: df.DurableClient } | undefined;

/** Making a client checks all its addresses; they are the same for every invocation of a host. */
function clientOf(invocation: InvocationContext): df.DurableClient {
  const input = JSON.stringify(invocation.extraInputs.get(durableClient));
  if (last === undefined || last.input !== input) last = { input, client: df.getClient(invocation) };
  return last.client;
}
