import { setTimeout as sleep } from 'node:timers/promises';
import { abortable } from '../../async/abortable.ts';
import { driverParameters, type SqlParameter } from '../parameters.ts';
import { closeAtWarehouse } from './driver.ts';
import type { Driver, DriverOperation } from './driver-types.ts';
import type { PooledSession } from './session-pool.ts';

/** What is sent to the warehouse of a statement. */
export interface StatementToStart {
  readonly statement: string;
  readonly parameters: readonly SqlParameter[];
  /** How many rows can be used at most; more are not asked for. */
  readonly maxRows: number;
  /** A bound for the warehouse, past which it stops the statement by itself, in case no process is left that cancels it. */
  readonly timeoutSeconds: number;
  /** Carried to Databricks' query history. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Rows that come with the response to a statement, sparing a round trip: one more than a JSON result holds by default.
 */
const DIRECT_ROWS = 10_001;
/** How long a cancellation waits for the operation's handle before it closes the session instead. */
const HANDLE_WAIT_MS = 150;
const SERVER_TIMEOUT_MARGIN_SECONDS = 10;
/**
 * Apache Spark loses a cancellation that comes before the statement's first job, some 0.2 s after its start, and runs
 * the job all the same. Closing the session, with the statement, cancels once more: a little later than that.
 */
const CLOSE_AFTER_CANCEL_MS = 1_000;

/** Hands a statement in. When `signal` is aborted, what was handed in is stopped and the session is given back. */
export async function startStatement(
  driver: Driver,
  session: PooledSession,
  { statement, parameters, maxRows, timeoutSeconds, tags }: StatementToStart,
  signal: AbortSignal,
): Promise<DriverOperation> {
  const starting = session.session.executeStatement(statement, {
    ...driverParameters(driver, parameters),
    maxRows: Math.min(maxRows, DIRECT_ROWS),
    queryTimeout: timeoutSeconds + SERVER_TIMEOUT_MARGIN_SECONDS,
    queryTags: tags,
  });
  try {
    return await abortable(starting, signal);
  } catch (error) {
    if (signal.aborted) void cancelUnstarted(starting, session);
    throw error;
  }
}

/**
 * Stops a statement whose handle has not come yet: the warehouse holds its response back for some seconds, in the hope
 * to send the result with it. Closing the session stops the statement without a handle; the handle is used when it
 * comes.
 */
async function cancelUnstarted(starting: Promise<DriverOperation>, session: PooledSession): Promise<void> {
  const cancelling = starting
    .then((operation) => cancelStatement(operation, session))
    .catch(() => session.release('spent'));
  await Promise.race([cancelling, sleep(HANDLE_WAIT_MS)]);
  if (!session.isReleased) void closeAtWarehouse(session.session).catch(() => undefined);
}

/**
 * Lets go of a statement that failed or was aborted. The failure is reported at once, without waiting for the warehouse.
 */
export function stopStatement(
  operation: DriverOperation | undefined,
  session: PooledSession,
  signal: AbortSignal,
): void {
  // Without an operation, what was under way has been stopped where it was started.
  if (operation === undefined && signal.aborted) return;
  if (operation !== undefined && signal.aborted) void cancelStatement(operation, session);
  else session.release('spent');
}

/**
 * Cancels a statement and gives its session back, a while later. Never throws: what cannot be cancelled ends with its
 * session.
 */
export async function cancelStatement(operation: DriverOperation, session: PooledSession): Promise<void> {
  await operation.cancel().catch(() => undefined);
  setTimeout(() => session.release('spent'), CLOSE_AFTER_CANCEL_MS).unref();
}
