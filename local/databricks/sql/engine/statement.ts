import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Engine } from './engine.ts';
import { sqlErrorOf } from '../duckdb-errors.ts';
import type { Execution } from './execution.ts';
import { ResultChunks } from '../statements/result-chunks.ts';
import type { Column } from '../types/column-type.ts';
import type { Session } from './session.ts';
import type { StatementRequest } from '../statements/statement-request.ts';

/** Where a statement is, as the Statement Execution API names it. */
export type StatementState = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'CLOSED';

const BATCH_ROWS = 20_000;
const BATCH_BYTES = 8 * 1024 * 1024;
const INLINE_LIMIT_BYTES = 25 * 1024 * 1024;
/** Chunk sizes as the real service's: a few MiB inline, some tens of MiB behind links. */
const CHUNK_BYTES = { INLINE: 4 * 1024 * 1024, EXTERNAL_LINKS: 20 * 1024 * 1024 };
/** External results beyond this are cut, and say so. */
const EXTERNAL_LIMIT_BYTES = 100 * 1024 ** 3;

/** A statement of the Statement Execution API, from its submission until its result is dropped. */
export class Statement implements AsyncDisposable {
  readonly id: string;
  readonly request: StatementRequest;
  state: StatementState = 'PENDING';
  error: { code: string; message: string; sqlState?: string } | undefined;
  columns: Column[] = [];
  chunks: ResultChunks | undefined;
  isTruncated = false;
  /** Emulated time at which it ended. */
  endedMs: number | undefined;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly #clock: Clock;
  #execution: Execution | undefined;

  constructor(request: StatementRequest, engine: Engine, session: Promise<Session>, clock: Clock) {
    // Real ids begin with the time, in the 100-nanosecond steps of a version 1 UUID.
    this.id = `01f1${randomUUID().slice(4)}`;
    this.request = request;
    this.#clock = clock;
    this.ended = this.#run(engine, session)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.endedMs = this.#clock.now();
      });
  }

  get isDone(): boolean {
    return this.endedMs !== undefined;
  }

  cancel(): void {
    if (this.isDone) return;
    this.state = 'CANCELED';
    this.#execution?.cancel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    await this.ended;
    this.state = 'CLOSED';
    await this.chunks?.[Symbol.asyncDispose]();
    this.chunks = undefined;
  }

  async #run(engine: Engine, opening: Promise<Session>): Promise<void> {
    const session = await opening;
    if (this.state === 'CANCELED') return;
    const { statement, parameters } = this.request;
    await using execution = engine.execute({ statement, parameters, session, timeoutSeconds: 0 });
    this.#execution = execution;
    this.state = 'RUNNING';
    await execution.settled;
    if (execution.error !== undefined) throw execution.error;
    if (execution.rows !== undefined) await this.#collect(execution);
    if (this.state === 'RUNNING') this.state = 'SUCCEEDED';
  }

  async #collect(execution: Execution): Promise<void> {
    const { rows } = execution;
    if (rows === undefined) return;
    const {
      disposition,
      format,
      row_limit: rowLimit = Infinity,
      byte_limit: byteLimit = EXTERNAL_LIMIT_BYTES,
    } = this.request;
    this.columns = rows.columns;
    const chunks = await ResultChunks.create({
      columns: rows.columns,
      schema: rows.schema,
      format,
      chunkBytes: CHUNK_BYTES[disposition],
    });
    this.chunks = chunks;
    do {
      const wanted = Math.min(BATCH_ROWS, rowLimit - chunks.rowCount);
      await chunks.append(await execution.next(wanted, BATCH_BYTES));
      if (disposition === 'INLINE' && chunks.byteCount > INLINE_LIMIT_BYTES) throw new InlineLimitError();
    } while (!rows.isDone && chunks.rowCount < rowLimit && chunks.byteCount < byteLimit);
    await chunks.end();
    this.isTruncated = !rows.isDone;
  }

  #fail(error: unknown): void {
    void this.chunks?.[Symbol.asyncDispose]();
    this.chunks = undefined;
    if (this.state === 'CANCELED') return;
    this.state = 'FAILED';
    if (error instanceof InlineLimitError) {
      this.error = { code: 'BAD_REQUEST', message: error.message };
      return;
    }
    const { message, sqlState } = sqlErrorOf(error);
    this.error = { code: 'BAD_REQUEST', message, sqlState };
  }
}

class InlineLimitError extends Error {
  override readonly name = 'InlineLimitError';

  constructor() {
    super(
      `Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result size of at most ${INLINE_LIMIT_BYTES} bytes. Please execute the statement with disposition=EXTERNAL_LINKS if you want to download the full result.`,
    );
  }
}
