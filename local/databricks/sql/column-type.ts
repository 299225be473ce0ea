import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';

/** Databricks' names for a type: `text` as in SQL, `name` as in the Statement Execution API, `json` as in a Spark schema. */
interface TypeNames {
  text: string;
  name: string;
  json: unknown;
}

export type ScalarKind =
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'int'
  | 'bigint'
  | 'float'
  | 'double'
  | 'date'
  | 'timestamp'
  | 'timestamp_ntz'
  | 'string'
  | 'binary'
  | 'interval'
  | 'void';

/** A column's type as Databricks knows it. */
export type ColumnType = TypeNames &
  (
    | { kind: ScalarKind }
    | { kind: 'decimal'; precision: number; scale: number }
    | { kind: 'array'; element: ColumnType }
    | { kind: 'struct'; fields: { name: string; type: ColumnType }[] }
    | { kind: 'map'; key: ColumnType; value: ColumnType }
  );

export interface Column {
  name: string;
  type: ColumnType;
}

const scalar = (kind: ScalarKind, text: string, name: string, json: string): ColumnType => ({ kind, text, name, json });

const scalars = {
  boolean: scalar('boolean', 'BOOLEAN', 'BOOLEAN', 'boolean'),
  tinyint: scalar('tinyint', 'TINYINT', 'BYTE', 'byte'),
  smallint: scalar('smallint', 'SMALLINT', 'SHORT', 'short'),
  int: scalar('int', 'INT', 'INT', 'integer'),
  bigint: scalar('bigint', 'BIGINT', 'LONG', 'long'),
  float: scalar('float', 'FLOAT', 'FLOAT', 'float'),
  double: scalar('double', 'DOUBLE', 'DOUBLE', 'double'),
  date: scalar('date', 'DATE', 'DATE', 'date'),
  timestamp: scalar('timestamp', 'TIMESTAMP', 'TIMESTAMP', 'timestamp'),
  timestampNtz: scalar('timestamp_ntz', 'TIMESTAMP_NTZ', 'TIMESTAMP_NTZ', 'timestamp_ntz'),
  string: scalar('string', 'STRING', 'STRING', 'string'),
  binary: scalar('binary', 'BINARY', 'BINARY', 'binary'),
  void: scalar('void', 'VOID', 'NULL', 'void'),
};

/** DuckDB has one interval type, Databricks two. */
export const yearMonthInterval: ColumnType = scalar(
  'interval',
  'INTERVAL YEAR TO MONTH',
  'INTERVAL',
  'interval year to month',
);
const dayTimeInterval: ColumnType = scalar('interval', 'INTERVAL DAY TO SECOND', 'INTERVAL', 'interval day to second');

function decimal(precision: number, scale: number): ColumnType {
  return {
    kind: 'decimal',
    precision,
    scale,
    text: `DECIMAL(${precision},${scale})`,
    name: 'DECIMAL',
    json: `decimal(${precision},${scale})`,
  };
}

function array(element: ColumnType): ColumnType {
  return {
    kind: 'array',
    element,
    text: `ARRAY<${element.text}>`,
    name: 'ARRAY',
    json: { type: 'array', elementType: element.json, containsNull: true },
  };
}

function map(key: ColumnType, value: ColumnType): ColumnType {
  return {
    kind: 'map',
    key,
    value,
    text: `MAP<${key.text}, ${value.text}>`,
    name: 'MAP',
    json: { type: 'map', keyType: key.json, valueType: value.json, valueContainsNull: true },
  };
}

function struct(fields: { name: string; type: ColumnType }[]): ColumnType {
  return {
    kind: 'struct',
    fields,
    text: `STRUCT<${fields.map(({ name, type }) => `${fieldName(name)}: ${type.text}`).join(', ')}>`,
    name: 'STRUCT',
    json: {
      type: 'struct',
      fields: fields.map(({ name, type }) => ({ name, type: type.json, nullable: true, metadata: {} })),
    },
  };
}

function fieldName(name: string): string {
  return /^\w+$/.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

const scalarsByTypeId = new Map<DuckDBTypeId, ColumnType>([
  [DuckDBTypeId.BOOLEAN, scalars.boolean],
  [DuckDBTypeId.TINYINT, scalars.tinyint],
  [DuckDBTypeId.SMALLINT, scalars.smallint],
  [DuckDBTypeId.UTINYINT, scalars.smallint],
  [DuckDBTypeId.INTEGER, scalars.int],
  [DuckDBTypeId.USMALLINT, scalars.int],
  [DuckDBTypeId.BIGINT, scalars.bigint],
  [DuckDBTypeId.UINTEGER, scalars.bigint],
  // What DuckDB sums integers to; Databricks sums them to BIGINT and fails on overflow, as the encoder does.
  [DuckDBTypeId.HUGEINT, scalars.bigint],
  [DuckDBTypeId.UBIGINT, decimal(20, 0)],
  [DuckDBTypeId.FLOAT, scalars.float],
  [DuckDBTypeId.DOUBLE, scalars.double],
  [DuckDBTypeId.DATE, scalars.date],
  [DuckDBTypeId.TIMESTAMP, scalars.timestampNtz],
  [DuckDBTypeId.TIMESTAMP_S, scalars.timestampNtz],
  [DuckDBTypeId.TIMESTAMP_MS, scalars.timestampNtz],
  [DuckDBTypeId.TIMESTAMP_NS, scalars.timestampNtz],
  [DuckDBTypeId.TIMESTAMP_TZ, scalars.timestamp],
  [DuckDBTypeId.BLOB, scalars.binary],
  [DuckDBTypeId.INTERVAL, dayTimeInterval],
  [DuckDBTypeId.SQLNULL, scalars.void],
]);

/** The Databricks type of a DuckDB column. Types that Databricks lacks (TIME, UUID, ENUM, …) are STRING. */
export function columnTypeOf(type: DuckDBType): ColumnType {
  switch (type.typeId) {
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type;
      return decimal(width, scale);
    }
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return array(columnTypeOf(type.valueType));
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type;
      return map(columnTypeOf(keyType), columnTypeOf(valueType));
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type;
      return struct(
        entryTypes.map((entryType, index) => ({
          name: entryNames[index] || `col${index + 1}`,
          type: columnTypeOf(entryType),
        })),
      );
    }
    default:
      return scalarsByTypeId.get(type.typeId) ?? scalars.string;
  }
}
