import type { DuckDBArrayType, DuckDBStructType, DuckDBType } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { makeData, type Data, type DataType } from 'apache-arrow';
import type { ColumnBuilder } from './builder.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { ValidityBuilder } from './validity-builder.ts';
import { arrayChild, fixedWidthBytes, listChild, structChild, type VectorRange } from './vector-memory.ts';

/** Where the items of lists are: their type, the vector that has them, and which of them belong to which row. */
export interface ListItems {
  readonly type: DuckDBType;
  vectorOf(list: Vector): Vector;
  /** Four words a row, as in DuckDB's `list_entry_t`: the first item in the first of them, the number of items in the third. */
  entriesOf(range: VectorRange): Uint32Array;
}

/** The items of lists and, as lists of their entries, of maps. */
export function listItems(type: DuckDBType): ListItems {
  return {
    type,
    vectorOf: listChild,
    entriesOf(range) {
      const bytes = fixedWidthBytes(range, 16);
      return new Uint32Array(bytes.buffer, bytes.byteOffset, range.count * 4);
    },
  };
}

/** The items of DuckDB's fixed-size arrays, which are ARRAY to Databricks. */
export function arrayItems({ length, valueType }: DuckDBArrayType): ListItems {
  return {
    type: valueType,
    vectorOf: arrayChild,
    entriesOf({ start, count }) {
      const entries = new Uint32Array(count * 4);
      for (let row = 0; row < count; row++) {
        entries[row * 4] = (start + row) * length;
        entries[row * 4 + 2] = length;
      }
      return entries;
    },
  };
}

/** Lists, arrays and maps. */
export class ListBuilder implements ColumnBuilder {
  readonly #offsets = new ByteBuffer();
  readonly #validity = new ValidityBuilder();
  readonly #arrow: DataType;
  readonly #items: ListItems;
  readonly #child: ColumnBuilder;
  #end = 0;

  constructor(arrow: DataType, items: ListItems, child: ColumnBuilder) {
    this.#arrow = arrow;
    this.#items = items;
    this.#child = child;
    this.#offsets.extend(4).fill(0);
  }

  get byteLength(): number {
    return this.#offsets.length + this.#child.byteLength;
  }

  append(range: VectorRange): void {
    const { type } = this.#items;
    const entries = this.#items.entriesOf(range);
    const isValid = this.#validity.append(range);
    const vector = this.#items.vectorOf(range.vector);
    const offsets = this.#offsets.extendInt32(range.count);
    // Neighbouring lists lie next to each other as a rule: their children are taken in one run.
    let run = { start: 0, count: 0 };
    for (let row = 0; row < range.count; row++) {
      const start = entries[row * 4] ?? 0;
      const count = isValid(row) ? (entries[row * 4 + 2] ?? 0) : 0;
      if (count > 0) {
        if (run.start + run.count === start) run.count += count;
        else {
          if (run.count > 0) this.#child.append({ vector, type, ...run });
          run = { start, count };
        }
      }
      this.#end += count;
      offsets[row] = this.#end;
    }
    if (run.count > 0) this.#child.append({ vector, type, ...run });
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
