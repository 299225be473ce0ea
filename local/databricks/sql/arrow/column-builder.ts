import {
  DuckDBTypeId,
  DuckDBVector,
  type DuckDBStructType,
  type DuckDBType,
  DuckDBStructType as StructType,
  type DuckDBArrayType,
} from '@duckdb/node-api';
import { makeData, type Data, type DataType, type Field, type List, type Struct } from 'apache-arrow';
import { ByteBuffer } from './byte-buffer.ts';
import { fixedWidthCopies, type FixedWidthCopy } from './fixed-width-copies.ts';
import { intervalText } from './interval-text.ts';
import { ValidityBuilder } from './validity-builder.ts';
import {
  arrayChild,
  copyStrings,
  fixedWidthBytes,
  listChild,
  stringLengths,
  structChild,
  type VectorRange,
} from './vector-memory.ts';

/** Gathers rows of one column, from any number of DuckDB vectors, into Arrow data. */
export interface ColumnBuilder {
  append(range: VectorRange): void;
  /** The rows so far as Arrow data; the builder is spent afterwards. */
  finish(): Data;
  /** Bytes held so far, nulls aside. */
  readonly byteLength: number;
}

/** The builder for a DuckDB type whose Arrow type is `arrow`. */
export function columnBuilder(type: DuckDBType, arrow: DataType): ColumnBuilder {
  switch (type.typeId) {
    case DuckDBTypeId.SQLNULL:
      return new VoidBuilder(arrow);
    case DuckDBTypeId.BOOLEAN:
      return new BooleanBuilder(arrow);
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
      return new StringBuilder(arrow);
    case DuckDBTypeId.LIST:
      return listBuilder(type.valueType, arrow);
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type;
      return listBuilder(new StructType(['key', 'value'], [keyType, valueType]), arrow);
    }
    case DuckDBTypeId.ARRAY:
      return new ArrayBuilder(type, arrow);
    case DuckDBTypeId.STRUCT:
      return new StructBuilder(type, arrow);
    default: {
      const copy = fixedWidthCopies(type);
      return copy !== undefined ? new FixedWidthBuilder(arrow, copy) : new TextBuilder(arrow);
    }
  }
}

class FixedWidthBuilder implements ColumnBuilder {
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

class BooleanBuilder implements ColumnBuilder {
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

class StringBuilder implements ColumnBuilder {
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
class TextBuilder implements ColumnBuilder {
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

class VoidBuilder implements ColumnBuilder {
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

/** Lists and, as lists of their entries, maps. */
class ListBuilder implements ColumnBuilder {
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

function listBuilder(childType: DuckDBType, arrow: DataType): ListBuilder {
  return new ListBuilder(arrow, childType, columnBuilder(childType, childArrowType(arrow)));
}

/** DuckDB's fixed-size arrays, which are ARRAY to Databricks. */
class ArrayBuilder implements ColumnBuilder {
  readonly #offsets = new ByteBuffer();
  readonly #validity = new ValidityBuilder();
  readonly #type: DuckDBArrayType;
  readonly #arrow: DataType;
  readonly #child: ColumnBuilder;
  #end = 0;

  constructor(type: DuckDBArrayType, arrow: DataType) {
    this.#type = type;
    this.#arrow = arrow;
    this.#child = columnBuilder(type.valueType, childArrowType(arrow));
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

class StructBuilder implements ColumnBuilder {
  readonly #validity = new ValidityBuilder();
  readonly #type: DuckDBStructType;
  readonly #arrow: DataType;
  readonly #children: ColumnBuilder[];

  constructor(type: DuckDBStructType, arrow: DataType) {
    this.#type = type;
    this.#arrow = arrow;
    const fields = (arrow as Struct).children;
    this.#children = type.entryTypes.map((entryType, index) => columnBuilder(entryType, fieldType(fields[index])));
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

function childArrowType(arrow: DataType): DataType {
  return fieldType((arrow as List).children[0]);
}

function fieldType(field: Field | undefined): DataType {
  if (field === undefined) throw new TypeError('A nested type has no field for its values.');
  return field.type as DataType;
}
