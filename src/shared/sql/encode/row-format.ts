import type { Data, RecordBatch } from 'apache-arrow';
import type { Column } from '../warehouse/columns.ts';
import type { ByteWriter } from './byte-writer.ts';
import type { RowTotals } from './encoder.ts';
import type { WriteValue } from './values.ts';

/** A text format that is written row by row, straight from the columns of Arrow batches. */
export interface RowFormat {
  readonly begin: (out: ByteWriter) => void;
  /** The writer of a batch's rows; `isFirst` marks the result's first row, which no separator precedes. */
  readonly rowWriter: (batch: RecordBatch) => (out: ByteWriter, row: number, isFirst: boolean) => void;
  readonly end: (out: ByteWriter, totals: RowTotals) => void;
}

/**
 * A writer for the values of each column of a batch.
 * @throws {RangeError} where the batch has other columns than its result
 */
export function writersOf(
  batch: RecordBatch,
  columns: readonly Column[],
  writerOf: (data: Data) => WriteValue,
): WriteValue[] {
  // A manifest may name other columns than the batch has.
  if (batch.data.children.length !== columns.length) throw new RangeError('A batch has other columns than its result.');
  return batch.data.children.map((child) => writerOf(child));
}
