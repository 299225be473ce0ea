import type { DuckDBConnection } from '@duckdb/node-api';
import { columnTypeOf, type ColumnType } from '../types/column-type.ts';
import { FUNCTIONS_CATALOG } from '../engine/catalog-names.ts';
import { quoteString } from '../quoting.ts';
import { typeTextOf } from './catalog-reader.ts';

const TABLE = `${FUNCTIONS_CATALOG}.main.type_names`;

/** The table that knows Databricks' names of DuckDB's types, as the metadata views need them. */
export const TYPE_NAMES_TABLE = `CREATE TABLE ${TABLE} (duckdb_type VARCHAR PRIMARY KEY, full_data_type VARCHAR, data_type VARCHAR,
  type_text VARCHAR, jdbc_name VARCHAR, numeric_precision INTEGER, numeric_scale INTEGER)`;

/** Decimal digits of Databricks' whole and floating types, as `information_schema.columns` has them. */
const PRECISIONS: Partial<Record<ColumnType['kind'], [precision: number, scale: number | null]>> = {
  tinyint: [3, 0],
  smallint: [5, 0],
  int: [10, 0],
  bigint: [19, 0],
  float: [24, null],
  double: [53, null],
};

/** Adds the types that columns have by now. */
export async function refreshTypeNames(connection: DuckDBConnection): Promise<void> {
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT data_type FROM duckdb_columns() WHERE NOT internal AND data_type NOT IN (SELECT duckdb_type FROM ${TABLE})`,
  );
  for (const [name] of found.getRows()) {
    const duckdbType = String(name);
    const result = await connection.run(`SELECT CAST(NULL AS ${duckdbType}) LIMIT 0`);
    await connection.run(
      `INSERT OR IGNORE INTO ${TABLE} VALUES (${row(duckdbType, columnTypeOf(result.columnType(0)))})`,
    );
  }
}

function row(duckdbType: string, type: ColumnType): string {
  const [precision, scale] =
    type.kind === 'decimal' ? [type.precision, type.scale] : (PRECISIONS[type.kind] ?? [null, null]);
  const jdbcName = type.text.replace(/[<(].*$/, '');
  const texts = [duckdbType, typeTextOf(type), type.name, type.text, jdbcName].map(quoteString);
  return [...texts, precision ?? 'NULL', scale ?? 'NULL'].join(', ');
}
