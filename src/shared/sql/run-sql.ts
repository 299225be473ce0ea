import { abortable } from '../async/abortable.ts';
import type { ClientConnection } from '../streaming/client-connection.ts';
import { encoderOf } from './encode/encoder-of.ts';
import { contentTypeOf, type ResultFormat } from './formats.ts';
import type { StatementClass } from './guard/statement-class.ts';
import type { Limits } from './limits.ts';
import { openBody } from '../streaming/result-body.ts';
import type { SqlClient } from './sql-client.ts';
import { DeadlineExceededError } from './sql-error.ts';
import type { SqlRequest } from './sql-request.ts';
import { toSqlError } from './warehouse/driver-error.ts';
import type { StatementResult } from './warehouse/statement-result.ts';

/** A statement to run, and how its result is wanted. */
export interface SqlRun {
  readonly request: SqlRequest;
  readonly format: ResultFormat;
  /** How BIGINT and DECIMAL are written in JSON. */
  readonly numbers: 'string' | 'native';
  readonly limits: Limits;
  /** Lets the statement pass, or throws; what it says decides whether the statement may be sent again. */
  readonly judge: () => Promise<Pick<StatementClass, 'isRead' | 'isPlainSelect'>>;
  /** Called when the statement is no longer executed, once or more often. */
  readonly onEnded?: () => void;
  /** Called when the last row was written, with what was. */
  readonly onWritten?: (written: { rows: number; bytes: number }) => void;
  readonly connection: ClientConnection;
  readonly tags: Readonly<Record<string, string>>;
  /** The last line of a stream of lines that broke. */
  readonly failureLine: (error: unknown) => string;
  /** Called with failures after the first byte, which no status can report. */
  readonly onBroken: (error: unknown) => void;
}

/** The result of a statement, streamed. */
export interface SqlAnswer {
  readonly contentType: string;
  readonly body: Uint8Array | ReadableStream<Uint8Array>;
}

/** A JSON document up to this size is whole before its first byte goes out. */
const JSON_HOLD_BYTES = 4 * 1024 * 1024;

/**
 * Runs a statement and opens the body of its result.
 * @throws the SQL errors (see `sql-error.ts`) of everything up to the
 * first byte; later failures break the stream.
 */
export async function runSql(client: SqlClient, run: SqlRun): Promise<SqlAnswer> {
  const { request, format, limits, connection } = run;
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new DeadlineExceededError(limits.timeoutMs)), limits.timeoutMs);
  const signal = AbortSignal.any([connection.signal, deadline.signal]);
  let result: StatementResult | undefined;
  const done = () => {
    clearTimeout(timer);
    run.onEnded?.();
    // The response does not wait for the warehouse to have closed the statement.
    void result?.[Symbol.asyncDispose]();
  };
  try {
    const { isRead, isPlainSelect } = await abortable(run.judge(), signal);
    result = await client.execute(
      {
        statement: request.statement,
        parameters: request.parameters,
        catalog: request.catalog,
        schema: request.schema,
        isRead,
        isPlainSelect,
        // One more row than may be given shows whether rows are missing.
        maxRows: limits.rows.max + 1,
        timeoutSeconds: Math.ceil(limits.timeoutMs / 1000),
        tags: run.tags,
      },
      signal,
    );
  } catch (error) {
    done();
    throw error;
  }
  const body = await openBody(sensible(encode(result, run)), {
    connection,
    signal,
    holdBytes: format === 'json' ? JSON_HOLD_BYTES : 0,
    ...(format === 'ndjson' ? { failureText: run.failureLine } : {}),
    done,
    onBroken: run.onBroken,
  });
  return { contentType: contentTypeOf(format), body };
}

/** What cannot be decoded while it is written is the warehouse's fault, not the gateway's. */
async function* sensible(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw toSqlError(error);
  }
}

async function* encode(result: StatementResult, run: SqlRun): AsyncGenerator<Uint8Array> {
  const { format, numbers, limits, onWritten } = run;
  const { columns, schemaMessage, statementId } = result;
  const rows = { columns, schemaMessage, statementId, numbers, batches: result.batches() };
  const chunks = encoderOf(format)(rows, limits);
  let bytes = 0;
  try {
    for (;;) {
      const next = await chunks.next();
      if (next.done === true) {
        onWritten?.({ rows: next.value.rowCount, bytes });
        return;
      }
      bytes += next.value.length;
      yield next.value;
    }
  } finally {
    // Whoever leaves off reading ends what is behind the encoder too.
    await chunks.return({ rowCount: 0, truncated: false });
  }
}
