import type { RecordBatch, Schema } from 'apache-arrow';
import type { Column } from './columns.ts';
import { decodeRecordBatch, encodeRecordBatch } from './ipc.ts';

/** Some rows of a result, in whichever Arrow form they came; the other form is made when asked for. */
export interface ResultBatch {
  readonly rowCount: number;
  /** How many bytes it came in, or takes in memory. */
  readonly byteCount: number;
  readonly recordBatch: () => RecordBatch;
  /** The batch as an encapsulated Arrow IPC message, without its schema. */
  readonly message: () => Uint8Array;
}

/** What a result is made of, known before its first row. */
export interface ResultShape {
  readonly columns: readonly Column[];
  readonly schema: Schema;
  /** The schema as an encapsulated Arrow IPC message. */
  readonly schemaMessage: Uint8Array;
}

/** Hands out a result batch by batch. */
export interface ResultSource extends ResultShape {
  /** The next batches, an empty list where the server had none ready, `undefined` at the end. */
  readonly next: (maxRows: number) => Promise<ResultBatch[] | undefined>;
}

/** A batch that is an Arrow message already. */
export function batchOfMessage(preamble: readonly Uint8Array[], message: Uint8Array, rowCount: number): ResultBatch {
  let decoded: RecordBatch | undefined;
  return {
    rowCount,
    byteCount: message.length,
    message: () => message,
    recordBatch: () => (decoded ??= decodeRecordBatch(preamble, message)),
  };
}

/** A batch of rows that were decoded. */
export function batchOfRecords(batch: RecordBatch): ResultBatch {
  return {
    rowCount: batch.numRows,
    byteCount: batch.data.byteLength,
    recordBatch: () => batch,
    message: () => encodeRecordBatch(batch),
  };
}

/** The first `rowCount` rows of a batch. */
export function headOf(batch: ResultBatch, rowCount: number): ResultBatch {
  return rowCount >= batch.rowCount ? batch : batchOfRecords(batch.recordBatch().slice(0, rowCount));
}
