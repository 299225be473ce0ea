import type { Limits } from '../limits.ts';
import type { Column } from '../warehouse/columns.ts';
import type { ResultBatch } from '../warehouse/result-batch.ts';

/** What is known once the last row is written. */
export interface RowTotals {
  rowCount: number;
  truncated: boolean;
}

/** The rows of a statement, and what is known of them before the first. */
export interface ResultRows {
  readonly columns: readonly Column[];
  /** The schema as an Arrow IPC message. */
  readonly schemaMessage: Uint8Array;
  readonly batches: AsyncIterable<ResultBatch>;
  /** Databricks' id of the statement. */
  readonly statementId: string;
  /** How BIGINT and DECIMAL are written in JSON. */
  readonly numbers: 'string' | 'native';
}

/**
 * Writes a result in one format, piece by piece, up to the limits; returns what was written.
 * @throws {ResultTooLargeError} after what fits was written, where a limit is reached that the caller did not give and
 *   the format itself cannot say that rows are missing
 */
export type Encoder = (
  rows: ResultRows,
  limits: Pick<Limits, 'rows' | 'bytes'>,
) => AsyncGenerator<Uint8Array, RowTotals>;
