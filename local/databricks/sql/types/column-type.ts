import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';

/** Databricks' names for a type: `text` as in SQL, `name` as in the Statement Execution API, `json` as in a Spark schema. */
interface TypeNames {
  text: string;
  name: string;
  json: unknown;
}

/** The types that have no parts. */
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
  | 'variant'
  | 'void';

/** Fields of intervals: those of months, and those of days and times. */
export type IntervalUnit = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND';

/** A column's type as Databricks knows it. */
export type ColumnType = TypeNames &
  (
    | { kind: ScalarKind }
    | { kind: 'interval'; from: IntervalUnit; to: IntervalUnit }
    | { kind: 'decimal'; precision: number; scale: number }
    | { kind: 'array'; element: ColumnType }
    | { kind: 'struct'; fields: { name: string; type: ColumnType }[] }
    | { kind: 'map'; key: ColumnType; value: ColumnType }
  );

/** A column of a result. */
export interface Column {
  name: string;
  type: ColumnType;
}

const scalar = (kind: ScalarKind, text: string, name: string, json: string): ColumnType => ({ kind, text, name, json });

/** The types without parameters. */
export const types = {
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
  variant: scalar('variant', 'VARIANT', 'VARIANT', 'variant'),
  void: scalar('void', 'VOID', 'NULL', 'void'),
} as const;

/** `INTERVAL YEAR TO MONTH`, `INTERVAL DAY`, …: from its larger to its smaller field. */
export function interval(from: IntervalUnit, to: IntervalUnit): ColumnType {
  const text = from === to ? `INTERVAL ${from}` : `INTERVAL ${from} TO ${to}`;
  return { kind: 'interval', from, to, text, name: 'INTERVAL', json: text.toLowerCase() };
}

/** What DuckDB's one interval type is when nothing else is known. */
export const yearMonthInterval: ColumnType = interval('YEAR', 'MONTH');
/** INTERVAL DAY TO SECOND. */
export const dayTimeInterval: ColumnType = interval('DAY', 'SECOND');

/** DECIMAL(precision, scale). */
export function decimal(precision: number, scale: number): ColumnType {
  return {
    kind: 'decimal',
    precision,
    scale,
    text: `DECIMAL(${precision},${scale})`,
    name: 'DECIMAL',
    json: `decimal(${precision},${scale})`,
  };
}

/** ARRAY<element>. */
export function array(element: ColumnType): ColumnType {
  return {
    kind: 'array',
    element,
    text: `ARRAY<${element.text}>`,
    name: 'ARRAY',
    json: { type: 'array', elementType: element.json, containsNull: true },
  };
}

/** MAP<key, value>. */
export function map(key: ColumnType, value: ColumnType): ColumnType {
  return {
    kind: 'map',
    key,
    value,
    text: `MAP<${key.text}, ${value.text}>`,
    name: 'MAP',
    json: { type: 'map', keyType: key.json, valueType: value.json, valueContainsNull: true },
  };
}

/** STRUCT<name: type, …>. */
export function struct(fields: { name: string; type: ColumnType }[]): ColumnType {
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
  [DuckDBTypeId.BOOLEAN, types.boolean],
  [DuckDBTypeId.TINYINT, types.tinyint],
  [DuckDBTypeId.SMALLINT, types.smallint],
  [DuckDBTypeId.UTINYINT, types.smallint],
  [DuckDBTypeId.INTEGER, types.int],
  [DuckDBTypeId.USMALLINT, types.int],
  [DuckDBTypeId.BIGINT, types.bigint],
  [DuckDBTypeId.UINTEGER, types.bigint],
  // What DuckDB sums integers to; Databricks sums them to BIGINT and fails on overflow, as the encoder does.
  [DuckDBTypeId.HUGEINT, types.bigint],
  [DuckDBTypeId.UBIGINT, decimal(20, 0)],
  [DuckDBTypeId.FLOAT, types.float],
  [DuckDBTypeId.DOUBLE, types.double],
  [DuckDBTypeId.DATE, types.date],
  [DuckDBTypeId.TIMESTAMP, types.timestampNtz],
  [DuckDBTypeId.TIMESTAMP_S, types.timestampNtz],
  [DuckDBTypeId.TIMESTAMP_MS, types.timestampNtz],
  [DuckDBTypeId.TIMESTAMP_NS, types.timestampNtz],
  [DuckDBTypeId.TIMESTAMP_TZ, types.timestamp],
  [DuckDBTypeId.BLOB, types.binary],
  [DuckDBTypeId.INTERVAL, dayTimeInterval],
  [DuckDBTypeId.SQLNULL, types.void],
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
    case DuckDBTypeId.VARCHAR:
      return type.alias === 'JSON' ? types.variant : types.string;
    default:
      return scalarsByTypeId.get(type.typeId) ?? types.string;
  }
}
