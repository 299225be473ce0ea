import type { DurableClient } from 'durable-functions';
import type { RunOrchestrations, OrchestrationStatus } from './run-orchestrations.ts';
import { newSqlStatementState } from '../workflow/track-sql-statement.ts';

/** All that statements, by their ids, ask of Durable Functions. */
export interface StatementOrchestrations {
  /** Starts the orchestration, unless it is at work already. */
  start(id: string): Promise<void>;
  status(id: string): Promise<OrchestrationStatus>;
  /** Ends the orchestration, which may take a while. */
  terminate(id: string): Promise<void>;
  purge(id: string): Promise<void>;
}

/** The Durable client behind {@link StatementOrchestrations}. */
export function statementOrchestrations(
  client: DurableClient,
  orchestrations: Pick<RunOrchestrations, 'status' | 'terminate' | 'purge'>,
): StatementOrchestrations {
  return {
    async start(id) {
      const options = { instanceId: instanceOf(id), input: newSqlStatementState(id) };
      try {
        await client.startNew('track-sql-statement', options);
      } catch (error) {
        // Another caller started it first.
        if ((await orchestrations.status(options.instanceId)) !== 'active') throw error;
      }
    },
    status: (id) => orchestrations.status(instanceOf(id)),
    terminate: (id) => orchestrations.terminate(instanceOf(id), 'silent'),
    purge: (id) => orchestrations.purge(instanceOf(id)),
  };
}

function instanceOf(id: string): string {
  return `sql-${id}`;
}
