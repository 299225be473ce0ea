import { systemCatalogs } from './database.ts';
import { quoteString } from './quoting.ts';

/** What the metadata calls may ask for; patterns as in JDBC: `%` for any text, `_` for any character. */
export interface MetadataFilter {
  catalogName?: string;
  schemaName?: string;
  tableName?: string;
  columnName?: string;
  functionName?: string;
  tableTypes?: string[];
}

const visible = (column: string): string => `${column} NOT IN (${systemCatalogs.map(quoteString).join(', ')})`;
const userSchemas = "schema_name NOT IN ('main', 'pg_catalog', 'information_schema')";
/** A catalog is no pattern, but JDBC's driver escapes its underscores as in one. */
const equal = (column: string, name: string | undefined): string =>
  name ? `lower(${column}) = lower(${quoteString(name.replaceAll(/\\([_%\\])/g, '$1'))})` : 'true';
const like = (column: string, pattern: string | undefined): string =>
  pattern && pattern !== '*' ? `${column} ILIKE ${quoteString(pattern)} ESCAPE '\\'` : 'true';

/** Databricks' names of DuckDB types, and their `java.sql.Types`. */
const typeNames = `CASE WHEN data_type = 'VARCHAR' THEN 'STRING' WHEN data_type = 'INTEGER' THEN 'INT' WHEN data_type = 'BLOB' THEN 'BINARY'
  WHEN data_type = 'TIMESTAMP WITH TIME ZONE' THEN 'TIMESTAMP' WHEN data_type = 'TIMESTAMP' THEN 'TIMESTAMP_NTZ'
  WHEN data_type LIKE '%[]' THEN 'ARRAY' WHEN data_type LIKE 'MAP(%' THEN 'MAP' WHEN data_type LIKE 'STRUCT(%' THEN 'STRUCT' ELSE data_type END`;
const javaTypes = `CASE type_name WHEN 'STRING' THEN 12 WHEN 'INT' THEN 4 WHEN 'BIGINT' THEN -5 WHEN 'SMALLINT' THEN 5 WHEN 'TINYINT' THEN -6
  WHEN 'BOOLEAN' THEN 16 WHEN 'DOUBLE' THEN 8 WHEN 'FLOAT' THEN 6 WHEN 'DATE' THEN 91 WHEN 'TIMESTAMP' THEN 93 WHEN 'TIMESTAMP_NTZ' THEN 93
  WHEN 'BINARY' THEN -2 WHEN 'ARRAY' THEN 2003 WHEN 'STRUCT' THEN 2002 WHEN 'MAP' THEN 2000 ELSE 3 END`;

const tableType = "CASE table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END";
const tableTypes = "SELECT * FROM (VALUES ('TABLE'), ('VIEW')) AS types(\"TABLE_TYPE\")";

const typeInfo = [
  ['BOOLEAN', 16, 1],
  ['TINYINT', -6, 3],
  ['SMALLINT', 5, 5],
  ['INT', 4, 10],
  ['BIGINT', -5, 19],
  ['FLOAT', 6, 7],
  ['DOUBLE', 8, 15],
  ['DECIMAL', 3, 38],
  ['STRING', 12, 2147483647],
  ['BINARY', -2, 2147483647],
  ['DATE', 91, 10],
  ['TIMESTAMP', 93, 29],
  ['ARRAY', 2003, 2147483647],
  ['MAP', 2000, 2147483647],
  ['STRUCT', 2002, 2147483647],
] as const;

const empty = (...columns: string[]): string =>
  `SELECT ${columns.map((column) => `NULL::VARCHAR AS "${column}"`).join(', ')} WHERE false`;

/** The query that answers each metadata call, with the columns that JDBC gives them. */
export const metadataQueries: Record<string, (filter: MetadataFilter) => string> = {
  GetCatalogs: () =>
    `SELECT database_name AS "TABLE_CAT" FROM duckdb_databases() WHERE ${visible('database_name')} ORDER BY 1`,
  GetSchemas: ({ catalogName, schemaName }) =>
    `SELECT schema_name AS "TABLE_SCHEM", database_name AS "TABLE_CATALOG" FROM duckdb_schemas()
     WHERE ${visible('database_name')} AND ${userSchemas} AND ${equal('database_name', catalogName)} AND ${like('schema_name', schemaName)} ORDER BY 2, 1`,
  GetTables: ({ catalogName, schemaName, tableName, tableTypes: types }) =>
    `SELECT table_catalog AS "TABLE_CAT", table_schema AS "TABLE_SCHEM", table_name AS "TABLE_NAME",
       ${tableType} AS "TABLE_TYPE", '' AS "REMARKS"
     FROM information_schema.tables
     WHERE ${visible('table_catalog')} AND ${equal('table_catalog', catalogName)} AND ${like('table_schema', schemaName)}
       AND ${like('table_name', tableName)} AND ${types?.length ? `${tableType} IN (${types.map(quoteString).join(', ')})` : 'true'}
     ORDER BY 1, 2, 3`,
  GetTableTypes: () => tableTypes,
  GetColumns: ({ catalogName, schemaName, tableName, columnName }) =>
    `WITH named AS (SELECT *, ${typeNames} AS type_name FROM duckdb_columns() WHERE NOT internal)
     SELECT database_name AS "TABLE_CAT", schema_name AS "TABLE_SCHEM", table_name AS "TABLE_NAME", column_name AS "COLUMN_NAME",
       ${javaTypes} AS "DATA_TYPE", type_name AS "TYPE_NAME", numeric_precision AS "COLUMN_SIZE", NULL::TINYINT AS "BUFFER_LENGTH",
       numeric_scale AS "DECIMAL_DIGITS", numeric_precision_radix AS "NUM_PREC_RADIX", CASE WHEN is_nullable THEN 1 ELSE 0 END AS "NULLABLE",
       coalesce(comment, '') AS "REMARKS", column_default AS "COLUMN_DEF", NULL::INTEGER AS "SQL_DATA_TYPE", NULL::INTEGER AS "SQL_DATETIME_SUB",
       NULL::INTEGER AS "CHAR_OCTET_LENGTH", column_index - 1 AS "ORDINAL_POSITION", CASE WHEN is_nullable THEN 'YES' ELSE 'NO' END AS "IS_NULLABLE"
     FROM named
     WHERE ${visible('database_name')} AND ${equal('database_name', catalogName)} AND ${like('schema_name', schemaName)}
       AND ${like('table_name', tableName)} AND ${like('column_name', columnName)}
     ORDER BY 1, 2, 3, column_index`,
  GetFunctions: ({ functionName }) =>
    `SELECT DISTINCT NULL::VARCHAR AS "FUNCTION_CAT", NULL::VARCHAR AS "FUNCTION_SCHEM", function_name AS "FUNCTION_NAME",
       '' AS "REMARKS", 1 AS "FUNCTION_TYPE", function_name AS "SPECIFIC_NAME"
     FROM duckdb_functions() WHERE ${like('function_name', functionName)} ORDER BY 3`,
  GetTypeInfo: () =>
    `SELECT * FROM (VALUES ${typeInfo.map(([name, type, precision]) => `('${name}', ${type}, ${precision})`).join(', ')})
     AS types("TYPE_NAME", "DATA_TYPE", "PRECISION")`,
  GetPrimaryKeys: () => empty('TABLE_CAT', 'TABLE_SCHEM', 'TABLE_NAME', 'COLUMN_NAME', 'KEQ_SEQ', 'PK_NAME'),
  GetCrossReference: () =>
    empty(
      'PKTABLE_CAT',
      'PKTABLE_SCHEM',
      'PKTABLE_NAME',
      'PKCOLUMN_NAME',
      'FKTABLE_CAT',
      'FKTABLE_SCHEM',
      'FKTABLE_NAME',
      'FKCOLUMN_NAME',
    ),
};
