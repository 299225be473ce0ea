import { DuckDBTypeId, DuckDBVector } from '@duckdb/node-api';
import { makeData, type Data, type DataType } from 'apache-arrow';
import type { ColumnBuilder } from './builder.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { intervalText } from './interval-text.ts';
import { ValidityBuilder } from './validity-builder.ts';
import { copyStrings, stringLengths, type VectorRange } from './vector-memory.ts';

/** Appends the texts of a range, and writes where in all `bytes` each of them ends; that of a null row is empty. */
export type TextCopy = (range: VectorRange, bytes: ByteBuffer, ends: Int32Array) => void;

/** STRING and BINARY, and what Databricks sends as text. */
export class TextBuilder implements ColumnBuilder {
  readonly #bytes = new ByteBuffer();
  readonly #offsets = new ByteBuffer();
  readonly #validity = new ValidityBuilder();
  readonly #arrow: DataType;
  readonly #copy: TextCopy;

  constructor(arrow: DataType, copy: TextCopy) {
    this.#arrow = arrow;
    this.#copy = copy;
    this.#offsets.extend(4).fill(0);
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  append(range: VectorRange): void {
    this.#copy(range, this.#bytes, this.#offsets.extendInt32(range.count));
    this.#validity.append(range);
  }

  finish(): Data {
    return makeData({
      type: this.#arrow,
      ...this.#validity.finish(),
      valueOffsets: this.#offsets.trimmedInt32(),
      data: this.#bytes.trimmed(),
    } as never);
  }
}

/** Strings and blobs, as they are. */
export const copyBytes: TextCopy = (range, bytes, ends) => {
  const { lengths, total } = stringLengths(range);
  let end = bytes.length;
  for (let row = 0; row < range.count; row++) {
    end += lengths[row] ?? 0;
    ends[row] = end;
  }
  copyStrings(range, lengths, bytes.extend(total), 0);
};

/** Intervals as Databricks writes them, and DuckDB's own types by DuckDB's own text. */
export const writeText: TextCopy = (range, bytes, ends) => {
  const vector = DuckDBVector.create(range.vector, range.start + range.count, range.type);
  const isInterval = range.type.typeId === DuckDBTypeId.INTERVAL;
  for (let row = 0; row < range.count; row++) {
    const value = vector.getItem(range.start + row);
    if (value !== null) {
      const text = Buffer.from(isInterval ? intervalText(value as never) : String(value));
      bytes.extend(text.length).set(text);
    }
    ends[row] = bytes.length;
  }
};
