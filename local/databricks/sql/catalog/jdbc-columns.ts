import { FUNCTIONS_CATALOG } from '../engine/catalog-names.ts';
import { visibleRelations } from './visible-objects.ts';

/** `java.sql.Types` of Databricks' types, by the first word of their names; what is not here is OTHER. */
const JAVA_TYPES: Readonly<Record<string, number>> = {
  BOOLEAN: 16,
  TINYINT: -6,
  SMALLINT: 5,
  INT: 4,
  BIGINT: -5,
  FLOAT: 6,
  DOUBLE: 8,
  DECIMAL: 3,
  STRING: 12,
  BINARY: -2,
  DATE: 91,
  TIMESTAMP: 93,
  TIMESTAMP_NTZ: 93,
  ARRAY: 2003,
  STRUCT: 2002,
  MAP: 2000,
};
const OTHER = 1111;

const JAVA_TYPE = `CASE t.jdbc_name ${Object.entries(JAVA_TYPES)
  .map(([name, type]) => `WHEN '${name}' THEN ${type}`)
  .join(' ')} ELSE ${OTHER} END`;

/** Every column of every table and view that sessions see, as the metadata calls of JDBC need it. */
export const tableColumnsQuery = `(SELECT r.catalog, r.schema, r.relation, c.column_name, coalesce(upper(CASE WHEN json_valid(r.details) THEN CAST(r.details AS JSON)->'$.declaredTypes'->>c.column_name END), t.type_text) AS column_type,
    ${JAVA_TYPE} AS java_type, t.numeric_precision AS column_size, t.numeric_scale AS decimal_digits,
    CASE WHEN t.numeric_precision IS NOT NULL THEN 10 END AS radix, c.is_nullable, c.column_index - 1 AS ordinal_position, c.comment, c.column_default
  FROM ${visibleRelations} AS r
  JOIN duckdb_columns() AS c ON c.table_name = r.relation AND CASE r.schema WHEN 'information_schema' THEN c.database_name = '${FUNCTIONS_CATALOG}' AND c.schema_name = 'information_schema_views'
    ELSE c.database_name = r.catalog AND c.schema_name = r.schema END
  JOIN ${FUNCTIONS_CATALOG}.main.type_names AS t ON t.duckdb_type = c.data_type)`;
