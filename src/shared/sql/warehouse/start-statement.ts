import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '../abort.ts';
import { driverParameters, type SqlParameter } from '../parameters.ts';
import { closeAtWarehouse, type Driver, type DriverOperation } from './driver.ts';
import type { PooledSession } from './session-pool.ts';

/** What the warehouse is told of a statement. */
export interface StatementToStart {
  readonly statement: string;
  readonly parameters: readonly SqlParameter[];
  /** How many rows can be used at most; more are not asked for. */
  readonly maxRows: number;
  /** A bound for the warehouse, past which it stops the statement by itself, should nobody be left to cancel it. */
  readonly timeoutSeconds: number;
  /** Carried to Databricks' query history. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Rows that come with the answer to a statement, sparing a round trip: one more than a JSON result holds by default. */
const DIRECT_ROWS = 10_001;
/** How long a cancellation waits for the operation's handle before it closes the session instead. */
const HANDLE_WAIT_MS = 150;
const SERVER_TIMEOUT_MARGIN_SECONDS = 10;

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

/** Lets go of a statement that failed or was aborted. Nobody waits for the warehouse: the failure is told at once. */
export function stopStatement(
  operation: DriverOperation | undefined,
  session: PooledSession,
  signal: AbortSignal,
): void {
  // Without an operation, what was under way has been stopped where it was started.
  if (operation === undefined && signal.aborted) return;
  const canceling = signal.aborted ? operation?.cancel().catch(() => undefined) : undefined;
  void Promise.resolve(canceling).then(() => session.release('spent'));
}
