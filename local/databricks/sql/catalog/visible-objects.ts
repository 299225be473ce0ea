import { DEFAULT_CATALOG, SYSTEM_CATALOGS } from '../engine/catalog-names.ts';
import { quoteString } from '../quoting.ts';
import { SYSTEM_CATALOG } from './information-schema.ts';
import { informationSchemaViews } from './information-schema-views.ts';

const HIDDEN_SCHEMAS = "schema_name NOT IN ('main', 'pg_catalog', 'information_schema')";

/** The catalogs that sessions see, as `catalog`. */
export const visibleCatalogs = `(SELECT database_name AS catalog FROM duckdb_databases()
  WHERE database_name NOT IN (${SYSTEM_CATALOGS.map(quoteString).join(', ')}) UNION ALL SELECT ${quoteString(SYSTEM_CATALOG)})`;

/** The schemas that sessions see, as `catalog` and `schema`: every catalog but `hive_metastore` has an `information_schema`. */
export const visibleSchemas = `(SELECT database_name AS catalog, schema_name AS schema FROM duckdb_schemas()
  WHERE database_name IN (SELECT catalog FROM ${visibleCatalogs}) AND database_name <> ${quoteString(SYSTEM_CATALOG)} AND ${HIDDEN_SCHEMAS}
  UNION ALL SELECT catalog, 'information_schema' FROM ${visibleCatalogs} WHERE catalog <> ${quoteString(DEFAULT_CATALOG)})`;

const systemViewRows = Object.keys(informationSchemaViews)
  .map((name) => `(${quoteString(name)})`)
  .join(', ');

/** The tables and views that sessions see, as `catalog`, `schema`, `relation`, `kind` (TABLE, VIEW) and `details`. */
export const visibleRelations = `(SELECT database_name AS catalog, schema_name AS schema, table_name AS relation, 'TABLE' AS kind, comment AS details FROM duckdb_tables()
  WHERE database_name IN (SELECT catalog FROM ${visibleCatalogs}) AND ${HIDDEN_SCHEMAS}
  UNION ALL SELECT database_name, schema_name, view_name, 'VIEW', comment FROM duckdb_views()
  WHERE NOT internal AND database_name IN (SELECT catalog FROM ${visibleCatalogs}) AND ${HIDDEN_SCHEMAS}
  UNION ALL SELECT catalog, schema, view_name, 'VIEW', NULL FROM ${visibleSchemas} AS schemas, (VALUES ${systemViewRows}) AS views(view_name) WHERE schema = 'information_schema')`;
