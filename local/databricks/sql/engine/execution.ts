import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import type { RecordBatch } from 'apache-arrow';
import type { Database } from './database.ts';
import { sqlErrorOf } from '../duckdb-errors.ts';
import type { SqlParameter } from './parameters.ts';
import { CatalogReader } from '../catalog/catalog-reader.ts';
import { refreshTypeNames } from '../catalog/type-names.ts';
import { changeCounts } from './change-counts.ts';
import { resolvePlan, type Plan } from './plan.ts';
import { plan as planOf } from './planner.ts';
import { BrokenStreamError, RowStream } from './row-stream.ts';
import { SqlError } from '../sql-error.ts';
import type { Session } from './session.ts';

/** Where an execution is. */
export type ExecutionState = 'running' | 'finished' | 'failed' | 'canceled' | 'timedout' | 'closed';

/** What an execution is started with. */
export interface ExecutionRequest {
  /** The statement's text, or a plan that is made already. */
  statement: string | Plan;
  parameters: readonly SqlParameter[];
  session: Session;
  /** Real seconds, as a statement runs in real time; 0 for none. */
  timeoutSeconds: number;
  /** Does its work once this has resolved; at once without it. */
  released?: Promise<void> | undefined;
}

/** Rows read before a statement counts as finished: a failure among them is the statement's, not a later fetch's. */
const READ_AHEAD_ROWS = 120_000;
/** Rows computed ahead of a client that is fetching. */
const PREFETCH_ROWS = 40_000;
const READ_AHEAD_BYTES = 64 * 1024 * 1024;
/** DuckDB forgets an interrupt that comes before the statement has begun, so it is repeated. */
const INTERRUPT_INTERVAL_MS = 20;

/**
 * One run of one statement, on a DuckDB connection of its own: a stream is cut without an error when its connection is
 * used again, and an interrupt acts on the whole connection.
 */
export class Execution implements AsyncDisposable {
  state: ExecutionState = 'running';
  error: SqlError | undefined;
  rows: RowStream | undefined;
  /** Resolves when the statement is no longer running. */
  readonly settled: Promise<void>;
  /** Rows changed by INSERT, UPDATE, DELETE or MERGE. */
  changedRows: bigint | undefined;
  readonly #database: Database;
  readonly #request: ExecutionRequest;
  #connection: DuckDBConnection | undefined;
  #secondRun: DuckDBConnection | undefined;
  #plan: Plan | undefined;
  #interrupting: NodeJS.Timeout | undefined;
  readonly #deadline: NodeJS.Timeout | undefined;
  #reading: Promise<unknown> = Promise.resolve();
  /** Resolves when the statement holds nothing any more. */
  readonly released: Promise<void>;
  readonly #settle: () => void;
  readonly #letGo: () => void;

  constructor(database: Database, request: ExecutionRequest) {
    this.#database = database;
    this.#request = request;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.settled = promise;
    this.#settle = resolve;
    const release = Promise.withResolvers<void>();
    this.released = release.promise;
    this.#letGo = release.resolve;
    if (request.timeoutSeconds > 0)
      this.#deadline = setTimeout(
        () => this.#stop('timedout', timedOut(request.timeoutSeconds)),
        request.timeoutSeconds * 1000,
      );
    this.#reading = this.#run().catch((error: unknown) => this.#fail(sqlErrorOf(error)));
  }

  /** Stops a statement, at work or with rows left. */
  cancel(): void {
    this.#stop('canceled', new SqlError('OPERATION_CANCELED', 'HY008', 'Operation has been canceled.'));
  }

  /**
   * The next rows, at most `maxRows`.
   * @throws {@link SqlError} when a row failed; the execution has then failed as a whole
   */
  async next(maxRows: number, maxBytes: number): Promise<RecordBatch> {
    const turn = this.#reading.then(() => this.#read(maxRows, maxBytes));
    // What a client asks for next is computed while it takes in what it has. A failure shows again at the next read.
    this.#reading = turn.then(() => this.rows?.readAhead(PREFETCH_ROWS, READ_AHEAD_BYTES)).catch(() => undefined);
    return turn;
  }

  /** Lets go of everything the statement holds. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop('closed', closed());
    await this.#reading;
    this.#release();
  }

  async #run(): Promise<void> {
    const { session, statement, parameters } = this.#request;
    const planned = typeof statement === 'string' ? planOf(statement, parameters, session) : statement;
    const connection = await this.#database.connect();
    this.#connection = connection;
    await session.prepare(connection);
    this.#plan = await resolvePlan(planned, new CatalogReader(connection, session));
    if (this.#request.released !== undefined) await Promise.race([this.#request.released, this.settled]);
    if (this.state === 'running' && this.#plan.sql) await this.#start(connection, this.#plan, this.#plan.sql);
    if (this.state !== 'running') return;
    this.#plan.apply?.(session);
    this.#finish();
  }

  async #start(connection: DuckDBConnection, plan: Plan, sql: string): Promise<void> {
    if (sql.includes('information_schema')) await refreshTypeNames(connection);
    const isTransaction = (plan.before ?? plan.after) !== undefined;
    if (isTransaction) await connection.run('BEGIN');
    for (const before of plan.before ?? []) await runWith(connection, before, plan.values);
    if (this.state !== 'running') return;
    const result = await connection.stream(plan.verb === 'merge' ? `${sql} RETURNING merge_action` : sql, plan.values);
    await this.#open(connection, result, plan);
    for (const after of plan.after ?? []) await connection.run(after);
    if (isTransaction) await connection.run('COMMIT');
  }

  async #open(connection: DuckDBConnection, result: DuckDBResult, plan: Plan): Promise<void> {
    switch (plan.kind) {
      case 'query': {
        const rows = await this.#checked(() => RowStream.open(result, plan.columns));
        this.rows =
          plan.describe !== undefined
            ? await RowStream.open(await connection.stream(plan.describe(rows.columns)))
            : rows;
        await this.#checked(async () => this.rows?.readAhead(READ_AHEAD_ROWS, READ_AHEAD_BYTES));
        return;
      }
      case 'change': {
        const counts = await changeCounts(plan.verb, result);
        this.changedRows = counts['num_affected_rows'] ?? 0n;
        const columns = Object.entries(counts).map(([name, count]) => `${count}::BIGINT AS ${name}`);
        // Read at once: the stream would end with the COMMIT that follows.
        this.rows = await RowStream.open(await connection.stream(`SELECT ${columns.join(', ')}`));
        await this.rows.readAhead(2, READ_AHEAD_BYTES);
        return;
      }
      case 'command':
        await result.fetchChunk();
    }
  }

  async #read(maxRows: number, maxBytes: number): Promise<RecordBatch> {
    if (this.error !== undefined) throw this.error;
    const { rows } = this;
    if (rows === undefined || this.state !== 'finished') throw closed();
    try {
      return await this.#checked(() => rows.next(maxRows, maxBytes));
    } catch (error) {
      const failure = sqlErrorOf(error);
      this.#fail(failure);
      throw this.error ?? failure;
    }
  }

  /** Puts the reason in place of a stream that broke without one. */
  async #checked<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof BrokenStreamError) || !isLive(this.state)) throw error;
      throw await this.#reasonOfBreak(error);
    }
  }

  /** Runs the statement again as an aggregate over all its rows, which fails where they fail and says why. */
  async #reasonOfBreak(broken: BrokenStreamError): Promise<SqlError> {
    const connection = await this.#database.connect();
    this.#secondRun = connection;
    try {
      await this.#request.session.prepare(connection);
      await connection.run(
        `SELECT count(hash(every_row)) FROM (${this.#plan?.sql}\n) AS every_row`,
        this.#plan?.values,
      );
    } catch (error) {
      return sqlErrorOf(error);
    } finally {
      this.#secondRun = undefined;
      connection.closeSync();
    }
    return new SqlError('INTERNAL_ERROR', 'XX000', 'A row could not be computed.', { cause: broken });
  }

  #finish(): void {
    this.state = 'finished';
    clearTimeout(this.#deadline);
    if (this.rows === undefined) this.#release();
    this.#settle();
  }

  #fail(error: SqlError): void {
    if (isLive(this.state)) {
      this.state = 'failed';
      this.error = error;
    }
    this.#release();
    this.#settle();
  }

  /** Ends a statement from outside; DuckDB lets go of it a moment later. */
  #stop(state: 'canceled' | 'timedout' | 'closed', error: SqlError): void {
    if (!isLive(this.state)) return;
    this.state = state;
    this.error = error;
    clearTimeout(this.#deadline);
    this.#interrupt();
    this.#interrupting = setInterval(() => this.#interrupt(), INTERRUPT_INTERVAL_MS);
    void this.#reading.finally(() => this.#release());
    this.#settle();
  }

  #interrupt(): void {
    this.#connection?.interrupt();
    this.#secondRun?.interrupt();
  }

  #release(): void {
    clearTimeout(this.#deadline);
    clearInterval(this.#interrupting);
    this.rows = undefined;
    this.#connection?.closeSync();
    this.#connection = undefined;
    this.#letGo();
  }
}

/** Runs a statement with those of the values that it has parameters for. */
async function runWith(connection: DuckDBConnection, sql: string, values: Plan['values'] = {}): Promise<void> {
  const prepared = await connection.prepare(sql);
  const names = Array.from({ length: prepared.parameterCount }, (_, index) => prepared.parameterName(index + 1));
  prepared.bind(Object.fromEntries(names.map((name) => [name, values[name] ?? null])));
  await prepared.run();
}

function isLive(state: ExecutionState): boolean {
  return state === 'running' || state === 'finished';
}

function closed(): SqlError {
  return new SqlError('OPERATION_CLOSED', 'HY010', 'The operation is closed or has no rows.');
}

function timedOut(seconds: number): SqlError {
  return new SqlError(
    'QUERY_EXECUTION_TIMEOUT_EXCEEDED',
    '57KD0',
    `Query execution timeout exceeded: ${seconds} seconds.`,
  );
}
