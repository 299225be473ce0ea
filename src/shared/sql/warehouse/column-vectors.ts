import {
  Binary,
  Bool,
  DataType,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import type { ThriftColumn } from './columns.ts';
import { thriftTypeText } from './columns.ts';
import type { ThriftColumnValues } from './driver-results.ts';

/** Arrow types for columns that come as lists of values; every other type comes as text (see `text-columns.ts`). */
const ARROW_TYPES: Readonly<Record<string, () => DataType>> = {
  BOOLEAN: () => new Bool(),
  TINYINT: () => new Int8(),
  SMALLINT: () => new Int16(),
  INT: () => new Int32(),
  BIGINT: () => new Int64(),
  FLOAT: () => new Float32(),
  DOUBLE: () => new Float64(),
  BINARY: () => new Binary(),
};

/** The Arrow schema for a result that has none of its own. */
export function schemaOfColumns(columns: readonly ThriftColumn[]): Schema {
  const inOrder = [...columns].sort((left, right) => left.position - right.position);
  return new Schema(
    inOrder.map((column) => new Field(column.columnName, ARROW_TYPES[thriftTypeText(column)]?.() ?? new Utf8(), true)),
  );
}

/**
 * A record batch of a column-based page; without any columns it has no rows, as what Spark's INSERT gives.
 * @throws {RangeError} where its columns differ in length or number from the schema's, or hold values of another type
 */
export function recordBatchOfColumns(schema: Schema, columns: readonly ThriftColumnValues[]): RecordBatch {
  if (columns.length === 0)
    return recordBatchOf(
      schema,
      Array.from(schema.fields, () => []),
    );
  return recordBatchOf(
    schema,
    columns.map((column) => {
      const list = Object.values(column).find((value) => value !== null && value !== undefined);
      const { values = [], nulls } = list ?? {};
      return values.map((value, row) => (isNull(nulls, row) ? null : value));
    }),
  );
}

/** A record batch of lists of plain values, one list a column. */
export function recordBatchOf(schema: Schema, columns: readonly (readonly unknown[])[]): RecordBatch {
  const length = columns[0]?.length ?? 0;
  if (columns.length !== schema.fields.length || columns.some((values) => values.length !== length)) {
    throw new RangeError('The columns of a result differ in length or number.');
  }
  const children = schema.fields.map((field, index) => {
    const values = (columns[index] as unknown[]).map((value) => plainValue(value, field.type as DataType));
    return vectorFromArray(values, field.type as DataType).data[0];
  });
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children: children as never }));
}

function isNull(nulls: Uint8Array | null | undefined, row: number): boolean {
  return (((nulls?.[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

/** Thrift's 64-bit integers come as eight bytes, big-endian (`node-int64`). */
function plainValue(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  if (type instanceof Int64) {
    const { buffer, offset } = value as { buffer?: unknown; offset?: unknown };
    if (Buffer.isBuffer(buffer) && typeof offset === 'number') return buffer.readBigInt64BE(offset);
    if (typeof value === 'bigint' || Number.isSafeInteger(value)) return BigInt(value as bigint | number);
    throw new RangeError('A value is not of the type of its column.');
  }
  // Rows hold days as dates; everything else is text already where text is what the column holds.
  if (value instanceof Date) return value.toISOString().split('T')[0];
  if (!isOfType(value, type)) throw new RangeError('A value is not of the type of its column.');
  return value;
}

function isOfType(value: unknown, type: DataType): boolean {
  if (type instanceof Utf8) return typeof value === 'string';
  if (type instanceof Bool) return typeof value === 'boolean';
  if (type instanceof Binary) return value instanceof Uint8Array;
  return typeof value === 'number' && (DataType.isFloat(type) ? fitsFloat(value, type) : fitsInteger(value, type));
}

/** Digits may be lost, since a FLOAT comes as the DOUBLE that is written like it; a number may not become infinite. */
function fitsFloat(value: number, type: DataType): boolean {
  return !(type instanceof Float32) || !Number.isFinite(value) || Number.isFinite(Math.fround(value));
}

/** Arrow would cut the upper bits off and give another number. */
function fitsInteger(value: number, type: DataType): boolean {
  const { bitWidth = 0 } = type as { bitWidth?: number };
  return Number.isInteger(value) && value >= -(2 ** (bitWidth - 1)) && value < 2 ** (bitWidth - 1);
}
