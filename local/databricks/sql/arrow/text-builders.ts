import { DuckDBTypeId, DuckDBVector } from '@duckdb/node-api';
import { makeData, type Data, type DataType } from 'apache-arrow';
import type { ColumnBuilder } from './builder.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { intervalText } from './interval-text.ts';
import { ValidityBuilder } from './validity-builder.ts';
import { copyStrings, stringLengths, type VectorRange } from './vector-memory.ts';

/** STRING and BINARY. */
export class StringBuilder implements ColumnBuilder {
  readonly #bytes = new ByteBuffer();
  readonly #offsets = new ByteBuffer();
  readonly #validity = new ValidityBuilder();
  readonly #arrow: DataType;

  constructor(arrow: DataType) {
    this.#arrow = arrow;
    this.#offsets.extend(4).fill(0);
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  append(range: VectorRange): void {
    const { lengths, total } = stringLengths(range);
    let end = this.#bytes.length;
    const offsets = this.#offsets.extendInt32(range.count);
    for (let row = 0; row < range.count; row++) {
      end += lengths[row] ?? 0;
      offsets[row] = end;
    }
    copyStrings(range, lengths, this.#bytes.extend(total), 0);
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

/** For what Databricks sends as text: intervals, and DuckDB's own types by DuckDB's own text. */
export class TextBuilder implements ColumnBuilder {
  readonly #bytes = new ByteBuffer();
  readonly #offsets = new ByteBuffer();
  readonly #validity = new ValidityBuilder();
  readonly #arrow: DataType;

  constructor(arrow: DataType) {
    this.#arrow = arrow;
    this.#offsets.extend(4).fill(0);
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  append(range: VectorRange): void {
    const vector = DuckDBVector.create(range.vector, range.start + range.count, range.type);
    const isInterval = range.type.typeId === DuckDBTypeId.INTERVAL;
    const offsets = new Int32Array(range.count);
    for (let row = 0; row < range.count; row++) {
      const value = vector.getItem(range.start + row);
      if (value !== null) {
        const text = Buffer.from(isInterval ? intervalText(value as never) : String(value));
        this.#bytes.extend(text.length).set(text);
      }
      offsets[row] = this.#bytes.length;
    }
    this.#offsets.extendInt32(range.count).set(offsets);
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
