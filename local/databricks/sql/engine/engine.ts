import type { Clock } from '../../clock.ts';
import { openDatabase } from './database.ts';
import { Execution, type ExecutionRequest } from './execution.ts';
import { HeldStatements } from './held-statements.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';

/** Runs statements in sessions; what both APIs of a warehouse stand on. */
export interface Engine extends AsyncDisposable {
  readonly sessions: Sessions;
  readonly held: HeldStatements;
  /** Starts a statement; it runs on by itself. */
  execute(request: ExecutionRequest): Execution;
}

/** Opens DuckDB with the catalogs of a workspace; in memory without `dataDir`. */
export async function openEngine(options: { clock: Clock; dataDir?: string }): Promise<Engine> {
  const database = await openDatabase(options.dataDir);
  const sessions = new Sessions(database, options.clock);
  const held = new HeldStatements();
  const running = new Set<Execution>();
  return {
    sessions,
    held,
    execute(request) {
      const { statement } = request;
      const timeoutSeconds = shortestTimeout(request.timeoutSeconds, request.session);
      const released = typeof statement === 'string' ? held.released(statement) : undefined;
      const execution = new Execution(database, { ...request, timeoutSeconds, released });
      running.add(execution);
      void execution.released.finally(() => running.delete(execution));
      return execution;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running].map((execution) => execution[Symbol.asyncDispose]()));
      await database[Symbol.asyncDispose]();
    },
  };
}

/** A statement's own timeout or the session's `STATEMENT_TIMEOUT`, whichever is shorter; 0 for none. */
function shortestTimeout(seconds: number, session: Session): number {
  const ofSession = Number(session.configuration.get('statement_timeout') ?? 0);
  const set = [seconds, ofSession].filter((timeout) => timeout > 0);
  return set.length > 0 ? Math.min(...set) : 0;
}
