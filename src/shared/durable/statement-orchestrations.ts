import type { DurableClient } from 'durable-functions';
import type { Orchestrations, OrchestrationStanding } from './run-orchestrations.ts';
import { newSqlStatementState } from '../workflow/track-sql-statement.ts';

/** All that statements, by their ids, ask of the Durable engine. */
export interface StatementOrchestrations {
  /** Starts the orchestration, unless it is at work already. */
  start(id: string): Promise<void>;
  standing(id: string): Promise<OrchestrationStanding>;
  /** Ends the orchestration, which may take a while. */
  terminate(id: string): Promise<void>;
  purge(id: string): Promise<void>;
}

/** The Durable client behind {@link StatementOrchestrations}. */
export function statementOrchestrations(
  client: DurableClient,
  engine: Pick<Orchestrations, 'standing' | 'terminate' | 'purge'>,
): StatementOrchestrations {
  return {
    async start(id) {
      const options = { instanceId: instanceOf(id), input: newSqlStatementState(id) };
      try {
        await client.startNew('track-sql-statement', options);
      } catch (error) {
        // Somebody else started it first.
        if ((await engine.standing(options.instanceId)) !== 'active') throw error;
      }
    },
    standing: (id) => engine.standing(instanceOf(id)),
    terminate: (id) => engine.terminate(instanceOf(id), 'silent'),
    purge: (id) => engine.purge(instanceOf(id)),
  };
}

function instanceOf(id: string): string {
  return `sql-${id}`;
}
