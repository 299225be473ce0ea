import type { DuckDBArrayType, DuckDBStructType, DuckDBType } from '@duckdb/node-api';
import { makeData, type Data, type DataType } from 'apache-arrow';
import type { ColumnBuilder } from './builder.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { ValidityBuilder } from './validity-builder.ts';
import { arrayChild, fixedWidthBytes, listChild, structChild, type VectorRange } from './vector-memory.ts';

/** Lists and, as lists of their entries, maps. */
export class ListBuilder implements ColumnBuilder {
  readonly #offsets = new ByteBuffer();
  readonly #validity = new ValidityBuilder();
  readonly #arrow: DataType;
  readonly #childType: DuckDBType;
  readonly #child: ColumnBuilder;
  #end = 0;

  constructor(arrow: DataType, childType: DuckDBType, child: ColumnBuilder) {
    this.#arrow = arrow;
    this.#childType = childType;
    this.#child = child;
    this.#offsets.extend(4).fill(0);
  }

  get byteLength(): number {
    return this.#offsets.length + this.#child.byteLength;
  }

  append(range: VectorRange): void {
    const bytes = fixedWidthBytes(range, 16);
    const entries = new Uint32Array(bytes.buffer, bytes.byteOffset, range.count * 4);
    const isValid = this.#validity.append(range);
    const vector = listChild(range.vector);
    const offsets = this.#offsets.extendInt32(range.count);
    // Neighbouring lists lie next to each other as a rule: their children are taken in one run.
    let run = { start: 0, count: 0 };
    for (let row = 0; row < range.count; row++) {
      const start = entries[row * 4] ?? 0;
      const count = isValid(row) ? (entries[row * 4 + 2] ?? 0) : 0;
      if (count > 0) {
        if (run.start + run.count === start) run.count += count;
        else {
          if (run.count > 0) this.#child.append({ vector, type: this.#childType, ...run });
          run = { start, count };
        }
      }
      this.#end += count;
      offsets[row] = this.#end;
    }
    if (run.count > 0) this.#child.append({ vector, type: this.#childType, ...run });
  }

  finish(): Data {
    const valueOffsets = this.#offsets.trimmedInt32();
    return makeData({
      type: this.#arrow,
      ...this.#validity.finish(),
      valueOffsets,
      child: this.#child.finish(),
    } as never);
  }
}

/** DuckDB's fixed-size arrays, which are ARRAY to Databricks. */
export class ArrayBuilder implements ColumnBuilder {
  readonly #offsets = new ByteBuffer();
  readonly #validity = new ValidityBuilder();
  readonly #type: DuckDBArrayType;
  readonly #arrow: DataType;
  readonly #child: ColumnBuilder;
  #end = 0;

  constructor(type: DuckDBArrayType, arrow: DataType, child: ColumnBuilder) {
    this.#type = type;
    this.#arrow = arrow;
    this.#child = child;
    this.#offsets.extend(4).fill(0);
  }

  get byteLength(): number {
    return this.#offsets.length + this.#child.byteLength;
  }

  append(range: VectorRange): void {
    const size = this.#type.length;
    const isValid = this.#validity.append(range);
    const offsets = this.#offsets.extendInt32(range.count);
    const vector = arrayChild(range.vector);
    for (let row = 0; row < range.count; row++) {
      if (isValid(row)) {
        this.#child.append({ vector, type: this.#type.valueType, start: (range.start + row) * size, count: size });
        this.#end += size;
      }
      offsets[row] = this.#end;
    }
  }

  finish(): Data {
    const valueOffsets = this.#offsets.trimmedInt32();
    return makeData({
      type: this.#arrow,
      ...this.#validity.finish(),
      valueOffsets,
      child: this.#child.finish(),
    } as never);
  }
}

/** STRUCT: a builder a field. */
export class StructBuilder implements ColumnBuilder {
  readonly #validity = new ValidityBuilder();
  readonly #type: DuckDBStructType;
  readonly #arrow: DataType;
  readonly #children: ColumnBuilder[];

  constructor(type: DuckDBStructType, arrow: DataType, children: ColumnBuilder[]) {
    this.#type = type;
    this.#arrow = arrow;
    this.#children = children;
  }

  get byteLength(): number {
    return this.#children.reduce((total, child) => total + child.byteLength, 0);
  }

  append(range: VectorRange): void {
    this.#validity.append(range);
    for (const [index, child] of this.#children.entries()) {
      const type = this.#type.entryTypes[index];
      if (type !== undefined) child.append({ ...range, vector: structChild(range.vector, index), type });
    }
  }

  finish(): Data {
    const children = this.#children.map((child) => child.finish());
    return makeData({ type: this.#arrow, ...this.#validity.finish(), children } as never);
  }
}
