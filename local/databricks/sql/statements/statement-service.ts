import { ApiError, invalidParameter } from '../../api-error.ts';
import type { Clock } from '../../clock.ts';
import type { Compute } from '../compute.ts';
import type { Engine } from '../engine/engine.ts';
import { openExternalLinks } from './external-links.ts';
import type { Session } from '../engine/session.ts';
import { chunkJson, statementJson } from './statement-json.ts';
import { statementRequest, type StatementRequest } from './statement-request.ts';
import { Statement } from '../engine/statement.ts';

/** How long a result can be read after its statement has succeeded. */
const RESULT_LIFETIME_MS = 60 * 60_000;
/** How long an ended statement is known. */
const STATEMENT_LIFETIME_MS = 12 * 60 * 60_000;

/** The Statement Execution API; every method returns the JSON of a 200 and throws {@link ApiError}. */
export interface StatementService extends AsyncDisposable {
  execute(body: unknown): Promise<object>;
  get(id: string): Promise<object>;
  chunk(id: string, index: number): Promise<object>;
  cancel(id: string): object;
  close(id: string): Promise<object>;
  /** Drops results and statements whose time is over. */
  reap(): Promise<void>;
}

/** Opens the Statement Execution API over an engine. */
export async function openStatementService(engine: Engine, compute: Compute, clock: Clock): Promise<StatementService> {
  const statements = new Map<string, Statement>();
  const links = await openExternalLinks(clock, (id, index) => {
    const statement = statements.get(id);
    const chunk = statement?.chunks?.chunks[index];
    return statement?.chunks !== undefined && chunk !== undefined
      ? { path: statement.chunks.file(index), format: statement.request.format }
      : undefined;
  });

  function find(id: string): Statement {
    const statement = statements.get(id);
    if (statement === undefined) throw new ApiError(404, 'NOT_FOUND', `The statement ${id} was not found.`);
    return statement;
  }

  async function sessionFor(request: StatementRequest): Promise<Session> {
    await compute.running();
    const { session_id: sessionId, catalog, schema } = request;
    if (!sessionId) return engine.sessions.open({ catalog, schema, mustHaveSchema: true });
    const session = engine.sessions.touch(sessionId);
    if (session === undefined) throw new ApiError(404, 'NOT_FOUND', `The session ${sessionId} was not found.`);
    return session;
  }

  function start(request: StatementRequest): Statement {
    const session = sessionFor(request);
    const statement = new Statement(request, engine, session, clock);
    statements.set(statement.id, statement);
    if (!request.session_id)
      void statement.ended.then(async () => {
        const opened = await session.catch(() => undefined);
        if (opened !== undefined) await engine.sessions.close(opened.id);
      });
    return statement;
  }

  return {
    async execute(body) {
      const request = statementRequest(body);
      compute.require(request.warehouse_id);
      const statement = start(request);
      if (request.waitSeconds === 0) return { statement_id: statement.id, status: { state: 'PENDING' } };
      const hasEnded = await endsWithin(statement, request.waitSeconds * 1000);
      if (!hasEnded && request.on_wait_timeout === 'CANCEL') {
        statement.cancel();
        await statement.ended;
      }
      return statementJson(statement, links);
    },
    get: async (id) => statementJson(find(id), links),
    async chunk(id, index) {
      const statement = find(id);
      if (statement.state === 'CLOSED')
        throw new ApiError(404, 'NOT_FOUND', `The result of statement ${id} has expired.`);
      if (statement.state !== 'SUCCEEDED')
        throw invalidParameter(
          `The statement ${id} is in state ${statement.state}; only a succeeded statement has a result.`,
        );
      const count = statement.chunks?.chunks.length ?? 0;
      if (!Number.isInteger(index) || index < 0 || index >= count)
        throw invalidParameter(`Chunk index ${index} is out of range: the result has ${count} chunks.`);
      return chunkJson(statement, index, links);
    },
    cancel(id) {
      find(id).cancel();
      return {};
    },
    async close(id) {
      await find(id)[Symbol.asyncDispose]();
      return {};
    },
    async reap() {
      for (const [id, statement] of statements) {
        const age = clock.now() - (statement.endedMs ?? clock.now());
        if (age >= STATEMENT_LIFETIME_MS) statements.delete(id);
        if (age >= RESULT_LIFETIME_MS && statement.chunks !== undefined) await statement[Symbol.asyncDispose]();
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...statements.values()].map((statement) => statement[Symbol.asyncDispose]()));
      await links[Symbol.asyncDispose]();
    },
  };
}

async function endsWithin(statement: Statement, timeoutMs: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  const hasEnded = await Promise.race([statement.ended.then(() => true), promise]);
  clearTimeout(timer);
  return hasEnded;
}
