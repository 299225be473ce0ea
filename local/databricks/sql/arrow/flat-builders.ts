import { makeData, type Data, type DataType } from 'apache-arrow';
import type { ColumnBuilder } from './builder.ts';
import { ByteBuffer } from './byte-buffer.ts';
import type { FixedWidthCopy } from './fixed-width-copies.ts';
import { ValidityBuilder } from './validity-builder.ts';
import { fixedWidthBytes, type VectorRange } from './vector-memory.ts';

/** Values of one width, copied as they are or converted. */
export class FixedWidthBuilder implements ColumnBuilder {
  readonly #bytes = new ByteBuffer();
  readonly #validity = new ValidityBuilder();
  readonly #arrow: DataType;
  readonly #copy: FixedWidthCopy;

  constructor(arrow: DataType, copy: FixedWidthCopy) {
    this.#arrow = arrow;
    this.#copy = copy;
  }

  get byteLength(): number {
    return this.#bytes.length;
  }

  append(range: VectorRange): void {
    this.#copy.copy(range, this.#bytes.extend(range.count * this.#copy.widthBytes));
    this.#validity.append(range);
  }

  finish(): Data {
    const bytes = this.#bytes.trimmed();
    const Values = this.#arrow.ArrayType as typeof Int32Array;
    const data = new Values(bytes.buffer, 0, bytes.length / Values.BYTES_PER_ELEMENT);
    return makeData({ type: this.#arrow, ...this.#validity.finish(), data } as never);
  }
}

/** BOOLEAN: a byte a value in DuckDB, a bit in Arrow. */
export class BooleanBuilder implements ColumnBuilder {
  readonly #bytes = new ByteBuffer();
  readonly #validity = new ValidityBuilder();
  readonly #arrow: DataType;

  constructor(arrow: DataType) {
    this.#arrow = arrow;
  }

  get byteLength(): number {
    return this.#bytes.length / 8;
  }

  append(range: VectorRange): void {
    this.#bytes.extend(range.count).set(fixedWidthBytes(range, 1));
    this.#validity.append(range);
  }

  finish(): Data {
    const bytes = this.#bytes.trimmed();
    const bits = new Uint8Array((bytes.length + 7) >> 3);
    for (let row = 0; row < bytes.length; row++)
      if ((bytes[row] ?? 0) !== 0) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
    return makeData({ type: this.#arrow, ...this.#validity.finish(), data: bits } as never);
  }
}

/** VOID: nothing but nulls. */
export class VoidBuilder implements ColumnBuilder {
  readonly byteLength = 0;
  #length = 0;
  readonly #arrow: DataType;

  constructor(arrow: DataType) {
    this.#arrow = arrow;
  }

  append(range: VectorRange): void {
    this.#length += range.count;
  }

  finish(): Data {
    return makeData({ type: this.#arrow, length: this.#length, nullCount: this.#length } as never);
  }
}
