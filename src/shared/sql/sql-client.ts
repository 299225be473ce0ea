import { setTimeout as sleep } from 'node:timers/promises';
import type { DBSQLClient } from '@databricks/sql';
import type { AppError } from '../errors.ts';
import { NEVER_CONNECTED } from '../databricks/retry-rules.ts';
import { abortable } from '../async/abortable.ts';
import { resultFiles } from './result-files.ts';
import {
  OutcomeUnknownError,
  SessionLostError,
  StatementFailedError,
  WarehouseFailedError,
  WarehouseUnavailableError,
} from './sql-error.ts';
import { connect, loadDriver, urlOf, type WarehouseAddress } from './warehouse/driver.ts';
import type { Driver, DriverOperation } from './warehouse/driver-types.ts';
import { toSqlError } from './warehouse/driver-error.ts';
import { prepareSession } from './warehouse/prepare-session.ts';
import { NO_RESULT, openResult } from './warehouse/result-source.ts';
import { type Namespace, takesParameters } from './warehouse/server-facts.ts';
import { type PooledSession, SessionPool } from './warehouse/session-pool.ts';
import { startStatement, type StatementToStart, stopStatement } from './warehouse/start-statement.ts';
import { StatementResult } from './warehouse/statement-result.ts';

/** Where bearer tokens come from. */
export interface SqlTokens {
  getToken(options?: { signal?: AbortSignal }): Promise<{ token: string; expiresAtMs: number }>;
  drop(token: string): void;
}

/** What a client of a warehouse is made with. */
export interface SqlClientOptions {
  readonly address: WarehouseAddress;
  readonly tokens: SqlTokens;
  readonly now: () => number;
}

/** A statement to start, and its session's namespace. */
export interface SqlStatement extends Namespace, StatementToStart {
  /** Changes nothing: it may be run again after a failure that left its fate open. */
  readonly isRead: boolean;
  /** Leaves its session as it was: the session may serve another statement afterwards. */
  readonly isPlainSelect: boolean;
}

/** Runs statements in a warehouse. */
export interface SqlClient extends AsyncDisposable {
  /**
   * Runs a statement and waits until its result can be read. When `signal` is aborted, now or while the result is read,
   * the statement is cancelled at the warehouse and the signal's reason is thrown.
   * @throws {StatementFailedError}, InexactResultError, WarehouseUnavailableError, WarehouseFailedError,
   * SessionLostError, OutcomeUnknownError, or what `tokens` throws.
   */
  execute(statement: SqlStatement, signal: AbortSignal): Promise<StatementResult>;
}

const ATTEMPTS = 3;
const RETRY_DELAY_MS = 300;

/**
 * A client of one warehouse or cluster: one connection, a pool of sessions. The driver is loaded at the first
 * statement.
 */
export function createSqlClient({ address, tokens, now }: SqlClientOptions): SqlClient {
  let connecting: Promise<{ driver: Driver; client: DBSQLClient }> | undefined;
  const files = resultFiles(urlOf(address));
  let lastToken = '';
  const getToken = async () => {
    lastToken = (await tokens.getToken()).token;
    return lastToken;
  };
  const connection = () => {
    connecting ??= loadDriver().then(async (driver) => ({ driver, client: await connect(driver, address, getToken) }));
    connecting.catch(() => (connecting = undefined));
    return connecting;
  };
  const pool = new SessionPool({
    now,
    open: async (namespace) => {
      const { catalog, schema } = namespace;
      const { expiresAtMs } = await tokens.getToken();
      const { client } = await connection();
      const session = await client.openSession({
        ...(catalog === undefined ? {} : { initialCatalog: catalog }),
        ...(schema === undefined ? {} : { initialSchema: schema }),
      });
      try {
        return { ...(await prepareSession(session, namespace)), expiresAtMs };
      } catch (error) {
        void session.close().catch(() => undefined);
        throw error;
      }
    },
  });

  async function attempt(statement: SqlStatement, signal: AbortSignal): Promise<StatementResult> {
    const session = await leaseSession(pool, statement, signal);
    let operation: DriverOperation | undefined;
    try {
      if (statement.parameters.length > 0 && !takesParameters(session.server)) throw noParameters();
      const { driver } = await connection();
      operation = await startStatement(driver, session, statement, signal);
      await abortable(operation.finished(), signal);
      const opening = abortable(openResult(operation, { requireUtc: session.requireUtc, files }), signal);
      // What was carried out is not reported as failed because its result cannot be read.
      const source = await (statement.isRead ? opening : opening.catch(() => NO_RESULT));
      return new StatementResult({ source, operation, session, signal, statement });
    } catch (error) {
      stopStatement(operation, session, signal);
      if (signal.aborted) throw signal.reason;
      const failure = toSqlError(error);
      const isKnown =
        statement.isRead ||
        failure instanceof StatementFailedError ||
        (operation === undefined && wasNotTaken(failure, error));
      throw isKnown ? failure : new OutcomeUnknownError(error);
    }
  }

  return {
    async execute(statement, signal) {
      for (let tries = 1; ; tries++) {
        try {
          return await attempt(statement, signal);
        } catch (error) {
          if (signal.aborted || tries === ATTEMPTS || !mayRepeat(error, statement)) throw error;
          if (error instanceof WarehouseFailedError && (error.httpStatus === 401 || error.httpStatus === 403)) {
            if (tries > 1) throw error;
            tokens.drop(lastToken);
          }
          pool.clear();
          if (!(error instanceof SessionLostError))
            await sleep(RETRY_DELAY_MS * 3 ** (tries - 1), undefined, { signal }).catch(() => undefined);
          if (signal.aborted) throw signal.reason;
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await pool[Symbol.asyncDispose]();
      const connected = await connecting?.catch(() => undefined);
      await connected?.client.close().catch(() => undefined);
    },
  };
}

/** Whether a statement without a handle has certainly not begun: not sent, as without a token, or turned away. */
function wasNotTaken(failure: AppError, thrown: unknown): boolean {
  if (thrown === failure || failure instanceof SessionLostError) return true;
  const { code = '', statusCode = 0 } = thrown as { code?: string; statusCode?: number };
  return NEVER_CONNECTED.has(code) || (statusCode >= 400 && statusCode < 500 && statusCode !== 408);
}

function noParameters(): StatementFailedError {
  return new StatementFailedError('This server takes no parameters: write the values into the statement.', {
    code: 'PARAMETERS_NOT_SUPPORTED',
  });
}

/**
 * A session that could not be opened has run nothing, so even a write may be tried again; past that only a read may.
 */
function mayRepeat(error: unknown, { isRead }: SqlStatement): boolean {
  if (error instanceof StatementFailedError) return false;
  const isTransient =
    error instanceof SessionLostError ||
    error instanceof WarehouseUnavailableError ||
    error instanceof WarehouseFailedError;
  return isTransient && (isRead || error.cause instanceof SessionNotOpened);
}

/** Marks, as the cause of an error, that no statement had been sent yet. */
class SessionNotOpened extends Error {
  override readonly name = 'SessionNotOpened';
}

async function leaseSession(pool: SessionPool, namespace: Namespace, signal: AbortSignal): Promise<PooledSession> {
  const leasing = pool.lease(namespace);
  try {
    return await abortable(leasing, signal);
  } catch (error) {
    leasing.then(
      (session) => session.release('spent'),
      () => undefined,
    );
    if (signal.aborted) throw error;
    const failure = toSqlError(error);
    failure.cause = new SessionNotOpened('The session could not be opened.', { cause: failure.cause });
    throw failure;
  }
}
