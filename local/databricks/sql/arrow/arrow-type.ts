import {
  Binary,
  Bool,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  List,
  Map_,
  Null,
  Schema,
  Struct,
  TimestampMicrosecond,
  Utf8,
  type DataType,
} from 'apache-arrow';
import type { Column, ColumnType, ScalarKind } from '../types/column-type.ts';

const scalarTypes: Record<ScalarKind, () => DataType> = {
  boolean: () => new Bool(),
  tinyint: () => new Int8(),
  smallint: () => new Int16(),
  int: () => new Int32(),
  bigint: () => new Int64(),
  float: () => new Float32(),
  double: () => new Float64(),
  date: () => new DateDay(),
  timestamp: () => new TimestampMicrosecond('Etc/UTC'),
  timestamp_ntz: () => new TimestampMicrosecond(),
  string: () => new Utf8(),
  binary: () => new Binary(),
  variant: () => new Utf8(),
  void: () => new Null(),
};

/** The Arrow type in which Databricks sends a column, by the names that its drivers look for in nested types. */
export function arrowTypeOf(type: ColumnType): DataType {
  switch (type.kind) {
    case 'decimal':
      return new Decimal(type.scale, type.precision, 128);
    case 'interval':
      return new Utf8();
    case 'array':
      return new List(new Field('element', arrowTypeOf(type.element), true));
    case 'struct':
      return new Struct(type.fields.map((field) => new Field(field.name, arrowTypeOf(field.type), true)));
    case 'map': {
      const key = new Field('key', arrowTypeOf(type.key), false);
      const value = new Field('value', arrowTypeOf(type.value), true);
      return new Map_(new Field('entries', new Struct([key, value]) as never, false));
    }
    default:
      return scalarTypes[type.kind]();
  }
}

/** The Arrow schema of a result, with Databricks' own type names in each field's metadata, as the real server puts them. */
export function arrowSchemaOf(columns: Column[]): Schema {
  return new Schema(
    columns.map(({ name, type }) => {
      const metadata = new Map([
        ['Spark:DataType:SqlName', type.text],
        ['Spark:DataType:JsonType', JSON.stringify(type.json)],
      ]);
      return new Field(name, arrowTypeOf(type), true, metadata);
    }),
  );
}
