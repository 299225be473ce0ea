import { setTimeout as sleep } from 'node:timers/promises';
import type { DBSQLClient } from '@databricks/sql';
import { orAborted } from './abort.ts';
import { driverParameters, type SqlParameter } from './parameters.ts';
import {
  SessionLostError,
  StatementFailedError,
  WarehouseFailedError,
  WarehouseUnavailableError,
} from './sql-error.ts';
import {
  closeAtWarehouse,
  connect,
  type Driver,
  type DriverOperation,
  loadDriver,
  type WarehouseAddress,
} from './warehouse/driver.ts';
import { toSqlError } from './warehouse/driver-error.ts';
import { openResult } from './warehouse/result-source.ts';
import { type Namespace, type PooledSession, SessionPool } from './warehouse/session-pool.ts';
import { StatementResult } from './warehouse/statement-result.ts';

/** Where bearer tokens come from. */
export interface SqlTokens {
  getToken(options?: { signal?: AbortSignal }): Promise<{ token: string; expiresAtMs: number }>;
  drop(token: string): void;
}

export interface SqlClientOptions {
  readonly address: WarehouseAddress;
  readonly tokens: SqlTokens;
  readonly now: () => number;
}

export interface SqlStatement extends Namespace {
  readonly statement: string;
  readonly parameters: readonly SqlParameter[];
  /** Changes nothing: it may be run again after a failure that left its fate open. */
  readonly isRead: boolean;
  /** Leaves its session as it was: the session may serve another statement afterwards. */
  readonly isPlainSelect: boolean;
  /** How many rows can be used at most; more are not asked for. */
  readonly maxRows: number;
  /** A bound for the warehouse, past which it stops the statement by itself, should nobody be left to cancel it. */
  readonly timeoutSeconds: number;
  /** Carried to Databricks' query history. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface SqlClient extends AsyncDisposable {
  /**
   * Runs a statement and waits until its result can be read. When `signal` is aborted, now or while the result is
   * read, the statement is cancelled at the warehouse and the signal's reason is raised.
   * Raises StatementFailedError, WarehouseUnavailableError, WarehouseFailedError, SessionLostError, or what `tokens` raises.
   */
  execute(statement: SqlStatement, signal: AbortSignal): Promise<StatementResult>;
}

/** Rows that come with the answer to a statement, sparing a round trip: one more than a JSON result holds by default. */
const DIRECT_ROWS = 10_001;
const ATTEMPTS = 3;
const RETRY_DELAY_MS = 300;
/** How long a cancellation waits for the operation's handle before it closes the session instead. */
const HANDLE_WAIT_MS = 150;
const SERVER_TIMEOUT_MARGIN_SECONDS = 10;

/** A client of one warehouse or cluster: one connection, a pool of sessions. The driver is loaded at the first statement. */
export function createSqlClient({ address, tokens, now }: SqlClientOptions): SqlClient {
  let connecting: Promise<{ driver: Driver; client: DBSQLClient }> | undefined;
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
    open: async ({ catalog, schema }) => {
      const { expiresAtMs } = await tokens.getToken();
      const { client } = await connection();
      const session = await client.openSession({
        ...(catalog === undefined ? {} : { initialCatalog: catalog }),
        ...(schema === undefined ? {} : { initialSchema: schema }),
      });
      return { session, expiresAtMs };
    },
  });

  async function attempt(statement: SqlStatement, signal: AbortSignal): Promise<StatementResult> {
    const session = await leaseSession(pool, statement, signal);
    let operation: DriverOperation | undefined;
    try {
      const { driver } = await connection();
      operation = await start(driver, session, statement, signal);
      await orAborted(operation.finished(), signal);
      const source = await orAborted(openResult(operation), signal);
      return new StatementResult({ source, operation, session, signal, statement });
    } catch (error) {
      stop(operation, session, signal);
      throw signal.aborted ? (signal.reason as Error) : toSqlError(error);
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

/** A session that could not be opened has run nothing, so even a write may be tried again; past that only a read may. */
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
    return await orAborted(leasing, signal);
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

async function start(
  driver: Driver,
  session: PooledSession,
  { statement, parameters, maxRows, timeoutSeconds, tags }: SqlStatement,
  signal: AbortSignal,
): Promise<DriverOperation> {
  const starting = session.session.executeStatement(statement, {
    ...driverParameters(driver, parameters),
    maxRows: Math.min(maxRows, DIRECT_ROWS),
    queryTimeout: timeoutSeconds + SERVER_TIMEOUT_MARGIN_SECONDS,
    queryTags: tags,
  });
  try {
    return await orAborted(starting, signal);
  } catch (error) {
    if (signal.aborted) void cancelUnstarted(starting, session);
    throw error;
  }
}

/**
 * Stops a statement whose handle has not come yet: the warehouse holds its answer back for some seconds, in the hope
 * to send the result with it. Closing the session stops the statement without a handle; the handle is used when it comes.
 */
async function cancelUnstarted(starting: Promise<DriverOperation>, session: PooledSession): Promise<void> {
  const cancelling = starting
    .then((operation) => operation.cancel())
    .catch(() => undefined)
    .then(() => session.release('spent'));
  await Promise.race([cancelling, sleep(HANDLE_WAIT_MS)]);
  if (!session.isReleased) void closeAtWarehouse(session.session).catch(() => undefined);
}

/** Nobody waits for the warehouse to have let go: the failure is told at once. */
function stop(operation: DriverOperation | undefined, session: PooledSession, signal: AbortSignal): void {
  // Without an operation, what was under way has been stopped where it was started.
  if (operation === undefined && signal.aborted) return;
  const canceling = signal.aborted ? operation?.cancel().catch(() => undefined) : undefined;
  void Promise.resolve(canceling).then(() => session.release('spent'));
}
