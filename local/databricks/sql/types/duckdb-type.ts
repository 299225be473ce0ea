import type { ColumnType } from './column-type.ts';
import { quoteIdentifier } from '../quoting.ts';

const SCALARS = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INTEGER',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  date: 'DATE',
  timestamp: 'TIMESTAMPTZ',
  timestamp_ntz: 'TIMESTAMP',
  string: 'VARCHAR',
  binary: 'BLOB',
  variant: 'JSON',
  void: 'INTEGER',
} as const;

/**
 * The DuckDB type that holds a Databricks type while a query runs. Intervals are whole numbers, of months or of
 * microseconds, so that they add, compare and sum as Databricks' do; VARIANT is JSON text.
 */
export function duckdbType(type: ColumnType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'interval':
      return isYearMonth(type) ? 'INTEGER' : 'BIGINT';
    case 'array':
      return `${duckdbType(type.element)}[]`;
    case 'map':
      return `MAP(${duckdbType(type.key)}, ${duckdbType(type.value)})`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoteIdentifier(field.name)} ${duckdbType(field.type)}`).join(', ')})`;
    default:
      return SCALARS[type.kind];
  }
}

/** Whether a type is an interval of months. */
export function isYearMonth(type: ColumnType): boolean {
  return type.kind === 'interval' && (type.from === 'YEAR' || type.from === 'MONTH');
}
