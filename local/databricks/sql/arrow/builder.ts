import type { Data } from 'apache-arrow';
import type { VectorRange } from './vector-memory.ts';

/** Gathers rows of one column, from any number of DuckDB vectors, into Arrow data. */
export interface ColumnBuilder {
  append(range: VectorRange): void;
  /** The rows so far as Arrow data; the builder is spent afterwards. */
  finish(): Data;
  /** Bytes held so far, nulls aside. */
  readonly byteLength: number;
}
