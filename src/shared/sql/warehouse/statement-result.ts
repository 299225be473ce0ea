import { abortable } from '../../async/abortable.ts';
import type { Column } from './columns.ts';
import type { DriverOperation } from './driver-types.ts';
import { ResultLostError, WarehouseFailedError } from '../sql-error.ts';
import { toSqlError } from './driver-error.ts';
import type { ResultBatch, ResultSource } from './result-batch.ts';
import { cancelStatement } from './start-statement.ts';
import type { PooledSession } from './session-pool.ts';

/** Rows asked for in one call: enough to be cheap, as few as keep memory flat where rows are wide. */
const FETCH_ROWS = 50_000;
const FETCH_BYTES = 8 * 1024 * 1024;
/** Pages without a row, one after the other, until the server is taken for one that never ends. */
const MAX_EMPTY_PAGES = 100;

/** What a result is read with. */
export interface StatementResultOptions {
  readonly source: ResultSource;
  readonly operation: DriverOperation;
  readonly session: PooledSession;
  readonly signal: AbortSignal;
  readonly statement: { readonly maxRows: number; readonly isRead: boolean; readonly isPlainSelect: boolean };
}

/**
 * A result being read; disposing of it closes the statement (or cancels it, where its signal was aborted) and gives the
 * session back.
 */
export class StatementResult implements AsyncDisposable {
  readonly statementId: string;
  readonly columns: readonly Column[];
  /** The schema as an Arrow IPC message. */
  readonly schemaMessage: Uint8Array;
  readonly #options: StatementResultOptions;
  #failed = false;
  #disposed = false;

  constructor(options: StatementResultOptions) {
    this.#options = options;
    this.statementId = options.operation.id;
    this.columns = options.source.columns;
    this.schemaMessage = options.source.schemaMessage;
  }

  /**
   * The rows, batch by batch, the next batch being fetched while one is used. To be read once.
   * @throws the signal's reason when it is aborted, else the gateway's SQL errors; nothing before the first row of a
   * statement that changes something, which has been carried out whether its rows can be read or not.
   */
  async *batches(): AsyncGenerator<ResultBatch> {
    const { source, signal, statement } = this.#options;
    let wanted = statement.maxRows;
    let emptyPages = 0;
    let rowsAtOnce = FETCH_ROWS;
    const fetch = () => {
      const page = abortable(source.next(Math.min(wanted, rowsAtOnce)), signal);
      page.catch(() => undefined);
      return page;
    };
    try {
      for (let page = await fetch(); page !== undefined;) {
        const rows = page.reduce((total, batch) => total + batch.rowCount, 0);
        const bytes = page.reduce((total, batch) => total + batch.byteCount, 0);
        wanted -= rows;
        emptyPages = rows === 0 ? emptyPages + 1 : 0;
        if (emptyPages > MAX_EMPTY_PAGES)
          throw new WarehouseFailedError('The warehouse announces rows and sends none.');
        if (bytes > 0) rowsAtOnce = Math.min(FETCH_ROWS, Math.max(1, Math.floor((rows * FETCH_BYTES) / bytes)));
        const next = wanted > 0 ? fetch() : undefined;
        yield* page;
        page = await next;
      }
    } catch (error) {
      this.#failed = true;
      if (!statement.isRead && wanted === statement.maxRows) return;
      if (!statement.isRead) throw new ResultLostError(error);
      throw signal.aborted ? (signal.reason as Error) : toSqlError(error);
    }
  }

  /** Never throws: what cannot be closed is left to the warehouse's idle timeout. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    const { operation, session, signal, statement } = this.#options;
    if (signal.aborted) {
      await cancelStatement(operation, session);
      return;
    }
    const isAsNew = statement.isPlainSelect && !this.#failed;
    const closing = operation.close().then(
      () => true,
      () => false,
    );
    // The next statement need not wait for this one to be closed.
    if (isAsNew) session.release('as_new');
    else void closing.then(() => session.release('spent'));
  }
}
