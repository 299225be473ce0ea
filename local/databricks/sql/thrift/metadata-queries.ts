import { tableColumnsQuery } from '../catalog/jdbc-columns.ts';
import { crossReference, primaryKeys } from '../catalog/jdbc-keys.ts';
import { visibleCatalogs, visibleRelations, visibleSchemas } from '../catalog/visible-objects.ts';
import type { MetadataFilter } from '../catalog/metadata-filter.ts';
import type { Plan } from '../engine/plan.ts';
import { quoteString } from '../quoting.ts';

/** A catalog is no pattern, but JDBC's driver escapes its underscores as in one. */
const equal = (column: string, name: string | undefined): string =>
  name ? `lower(${column}) = lower(${quoteString(name.replaceAll(/\\([_%\\])/g, '$1'))})` : 'true';
const like = (column: string, pattern: string | undefined): string =>
  pattern && pattern !== '*' ? `${column} ILIKE ${quoteString(pattern)} ESCAPE '\\'` : 'true';

const TABLE_TYPES = "SELECT * FROM (VALUES ('TABLE'), ('VIEW')) AS types(\"TABLE_TYPE\")";

const TYPE_INFO = [
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

/** The query whose rows are the result of each metadata call, with the columns that JDBC gives them. */
export const metadataQueries: Record<string, (filter: MetadataFilter) => string | Plan> = {
  GetCatalogs: () => `SELECT catalog AS "TABLE_CAT" FROM ${visibleCatalogs} ORDER BY 1`,
  GetSchemas: ({ catalogName, schemaName }) =>
    `SELECT schema AS "TABLE_SCHEM", catalog AS "TABLE_CATALOG" FROM ${visibleSchemas}
     WHERE ${equal('catalog', catalogName)} AND ${like('schema', schemaName)} ORDER BY 2, 1`,
  GetTables: ({ catalogName, schemaName, tableName, tableTypes: types }) =>
    `SELECT catalog AS "TABLE_CAT", schema AS "TABLE_SCHEM", relation AS "TABLE_NAME", kind AS "TABLE_TYPE",
       coalesce(CASE WHEN json_valid(details) THEN CAST(details AS JSON)->>'$.comment' END, '') AS "REMARKS",
       NULL::VARCHAR AS "TYPE_CAT", NULL::VARCHAR AS "TYPE_SCHEM", NULL::VARCHAR AS "TYPE_NAME",
       NULL::VARCHAR AS "SELF_REFERENCING_COL_NAME", NULL::VARCHAR AS "REF_GENERATION"
     FROM ${visibleRelations}
     WHERE ${equal('catalog', catalogName)} AND ${like('schema', schemaName)}
       AND ${like('relation', tableName)} AND ${types != null && types.length > 0 ? `kind IN (${types.map(quoteString).join(', ')})` : 'true'}
     ORDER BY 1, 2, 3`,
  GetTableTypes: () => TABLE_TYPES,
  GetColumns: ({ catalogName, schemaName, tableName, columnName }) =>
    `SELECT catalog AS "TABLE_CAT", schema AS "TABLE_SCHEM", relation AS "TABLE_NAME", column_name AS "COLUMN_NAME",
       java_type AS "DATA_TYPE", column_type AS "TYPE_NAME", column_size AS "COLUMN_SIZE", NULL::TINYINT AS "BUFFER_LENGTH",
       decimal_digits AS "DECIMAL_DIGITS", radix AS "NUM_PREC_RADIX", CASE WHEN is_nullable THEN 1 ELSE 0 END AS "NULLABLE",
       coalesce(comment, '') AS "REMARKS", column_default AS "COLUMN_DEF", NULL::INTEGER AS "SQL_DATA_TYPE", NULL::INTEGER AS "SQL_DATETIME_SUB",
       NULL::INTEGER AS "CHAR_OCTET_LENGTH", ordinal_position AS "ORDINAL_POSITION", CASE WHEN is_nullable THEN 'YES' ELSE 'NO' END AS "IS_NULLABLE",
       NULL::VARCHAR AS "SCOPE_CATALOG", NULL::VARCHAR AS "SCOPE_SCHEMA", NULL::VARCHAR AS "SCOPE_TABLE",
       NULL::SMALLINT AS "SOURCE_DATA_TYPE", 'NO' AS "IS_AUTO_INCREMENT"
     FROM ${tableColumnsQuery}
     WHERE ${equal('catalog', catalogName)} AND ${like('schema', schemaName)}
       AND ${like('relation', tableName)} AND ${like('column_name', columnName)}
     ORDER BY 1, 2, 3, ordinal_position`,
  // Functions that users made: none.
  GetFunctions: () =>
    `SELECT NULL::VARCHAR AS "FUNCTION_CAT", NULL::VARCHAR AS "FUNCTION_SCHEM", NULL::VARCHAR AS "FUNCTION_NAME",
       NULL::VARCHAR AS "REMARKS", NULL::INTEGER AS "FUNCTION_TYPE", NULL::VARCHAR AS "SPECIFIC_NAME" WHERE false`,
  GetTypeInfo: () =>
    `SELECT * FROM (VALUES ${TYPE_INFO.map(([name, type, precision]) => `('${name}', ${type}, ${precision})`).join(', ')})
     AS types("TYPE_NAME", "DATA_TYPE", "PRECISION")`,
  GetPrimaryKeys: primaryKeys,
  GetCrossReference: crossReference,
};
