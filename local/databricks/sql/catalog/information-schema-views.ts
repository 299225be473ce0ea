import { DEFAULT_CATALOG, FUNCTIONS_CATALOG, SYSTEM_CATALOGS } from '../engine/catalog-names.ts';
import { quoteIdentifier, quoteString } from '../quoting.ts';
import { CURRENT_USER } from '../engine/session.ts';

interface SystemView {
  /** The column that says to which catalog a row belongs; undefined where a catalog's view has the rows of all. */
  catalogColumn?: string;
  query: string;
}

const SCHEMA = `${FUNCTIONS_CATALOG}.information_schema_views`;
const OWNER = quoteString(CURRENT_USER);
const HIDDEN = SYSTEM_CATALOGS.map(quoteString).join(', ');
/** When the local workspace's own objects were made. */
const EPOCH = "TIMESTAMPTZ '1970-01-01 00:00:00+00'";

/** A column of a view: what it is made of, and its DuckDB type. */
type Columns = Record<string, [expression: string, type?: string]>;

const select = (columns: Columns, from: string): string =>
  `SELECT ${Object.entries(columns)
    .map(([name, [expression, type = 'VARCHAR']]) => `CAST(${expression} AS ${type}) AS ${quoteIdentifier(name)}`)
    .join(', ')} FROM ${from}`;
const empty = (columns: Record<string, string>): string =>
  select(
    Object.fromEntries(Object.entries(columns).map(([name, type]) => [name, ['NULL', type]])),
    '(SELECT 1) WHERE false',
  );
const texts = (names: string): Record<string, string> =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, 'VARCHAR']));
const time = (field: string): string =>
  `make_timestamptz(CAST(coalesce(details->>'$.${field}', '0') AS BIGINT) * 1000)`;

const relations = `(SELECT database_name, schema_name, table_name AS relation, 'MANAGED' AS kind, CASE WHEN json_valid(comment) THEN CAST(comment AS JSON) END AS details, sql FROM duckdb_tables()
  WHERE database_name NOT IN (${HIDDEN}, ${quoteString(DEFAULT_CATALOG)}) AND schema_name <> 'main'
  UNION ALL SELECT database_name, schema_name, view_name, 'VIEW', CASE WHEN json_valid(comment) THEN CAST(comment AS JSON) END, sql FROM duckdb_views()
  WHERE NOT internal AND database_name NOT IN (${HIDDEN}, ${quoteString(DEFAULT_CATALOG)}) AND schema_name <> 'main')`;
/** Unity Catalog's catalogs: `hive_metastore` is not described. */
const unityCatalogs = `(SELECT database_name FROM duckdb_databases() WHERE database_name NOT IN (${HIDDEN}, ${quoteString(DEFAULT_CATALOG)}))`;
const catalogsAndSystem = `(SELECT database_name FROM ${unityCatalogs} UNION ALL SELECT 'system')`;
const schemas = `(SELECT database_name, schema_name FROM duckdb_schemas() WHERE database_name NOT IN (${HIDDEN}, ${quoteString(DEFAULT_CATALOG)}) AND schema_name NOT IN ('main', 'pg_catalog', 'information_schema')
  UNION ALL SELECT database_name, 'information_schema' FROM ${catalogsAndSystem})`;
const systemViews = `(SELECT catalogs.database_name, 'information_schema' AS schema_name, view_name AS relation FROM duckdb_views() AS views, ${catalogsAndSystem} AS catalogs WHERE views.schema_name = 'information_schema_views')`;
const keys = `(SELECT database_name, schema_name, relation, details->>'$.primaryKey.name' AS constraint_name, 'PRIMARY KEY' AS constraint_type, details->'$.primaryKey' AS definition FROM ${relations} WHERE (details->'$.primaryKey') IS NOT NULL
  UNION ALL SELECT database_name, schema_name, relation, definition->>'$.name', 'FOREIGN KEY', definition FROM (SELECT *, unnest(CAST(details->'$.foreignKeys' AS JSON[])) AS definition FROM ${relations} WHERE (details->'$.foreignKeys') IS NOT NULL))`;
const parentKeys = `(SELECT child.*, parent.constraint_name AS parent_name, lower(child.definition->>'$.parent.catalog') AS parent_catalog, lower(child.definition->>'$.parent.schema') AS parent_schema, lower(child.definition->>'$.parent.name') AS parent_relation
  FROM ${keys} AS child LEFT JOIN ${keys} AS parent ON parent.constraint_type = 'PRIMARY KEY' AND lower(parent.database_name) = lower(child.definition->>'$.parent.catalog')
    AND lower(parent.schema_name) = lower(child.definition->>'$.parent.schema') AND lower(parent.relation) = lower(child.definition->>'$.parent.name')
  WHERE child.constraint_type = 'FOREIGN KEY')`;

const owned = {
  created: [time('createdMs'), 'TIMESTAMPTZ'],
  created_by: [OWNER],
  last_altered: [time('alteredMs'), 'TIMESTAMPTZ'],
  last_altered_by: [OWNER],
} satisfies Columns;
const TABLE_NAME = {
  table_catalog: ['database_name'],
  table_schema: ['schema_name'],
  table_name: ['relation'],
} satisfies Columns;
const CONSTRAINT_NAME = {
  constraint_catalog: ['database_name'],
  constraint_schema: ['schema_name'],
  constraint_name: ['constraint_name'],
} satisfies Columns;

const tables = `${select(
  {
    ...TABLE_NAME,
    table_type: ['kind'],
    is_insertable_into: ["CASE kind WHEN 'VIEW' THEN 'NO' ELSE 'YES' END"],
    commit_action: ["'PRESERVE'"],
    table_owner: [OWNER],
    comment: ["details->>'$.comment'"],
    ...owned,
    data_source_format: ["CASE kind WHEN 'VIEW' THEN 'UNKNOWN_DATA_SOURCE_FORMAT' ELSE 'DELTA' END"],
    storage_path: ['NULL'],
    storage_sub_directory: ['NULL'],
  },
  relations,
)} UNION ALL SELECT database_name, schema_name, relation, 'VIEW', 'NO', 'PRESERVE', 'System user', NULL, ${EPOCH}, 'System user', ${EPOCH}, 'System user', 'UNKNOWN_DATA_SOURCE_FORMAT', NULL, NULL FROM ${systemViews}`;

const columns = select(
  {
    table_catalog: ['c.database_name'],
    table_schema: ['c.schema_name'],
    table_name: ['c.table_name'],
    column_name: ['c.column_name'],
    ordinal_position: ['c.column_index - 1', 'INTEGER'],
    column_default: ['c.column_default'],
    is_nullable: ["CASE WHEN c.is_nullable THEN 'YES' ELSE 'NO' END"],
    full_data_type: [`coalesce(r.details->'$.declaredTypes'->>c.column_name, t.full_data_type)`],
    data_type: ['t.data_type'],
    character_maximum_length: ["CASE WHEN t.data_type = 'STRING' THEN 0 END", 'BIGINT'],
    character_octet_length: ["CASE WHEN t.data_type = 'STRING' THEN 0 END", 'BIGINT'],
    numeric_precision: ['t.numeric_precision', 'INTEGER'],
    numeric_precision_radix: ['CASE WHEN t.numeric_precision IS NOT NULL THEN 10 END', 'INTEGER'],
    numeric_scale: ['t.numeric_scale', 'INTEGER'],
    datetime_precision: ['NULL', 'INTEGER'],
    interval_type: ['NULL'],
    interval_precision: ['NULL', 'INTEGER'],
    maximum_cardinality: ['NULL', 'BIGINT'],
    is_identity: ["'NO'"],
    identity_generation: ['NULL'],
    identity_start: ['NULL'],
    identity_increment: ['NULL'],
    identity_maximum: ['NULL'],
    identity_minimum: ['NULL'],
    identity_cycle: ['NULL'],
    is_generated: ["'NO'"],
    generation_expression: ['NULL'],
    is_system_time_period_start: ["'NO'"],
    is_system_time_period_end: ["'NO'"],
    system_time_period_timestamp_generation: ['NULL'],
    is_updatable: ["CASE r.kind WHEN 'VIEW' THEN 'NO' ELSE 'YES' END"],
    partition_ordinal_position: [
      "nullif(list_position(CAST(r.details->'$.partitionColumns' AS VARCHAR[]), c.column_name), 0) - 1",
      'INTEGER',
    ],
    comment: ['c.comment'],
  },
  `duckdb_columns() AS c JOIN ${relations} AS r ON c.database_name = r.database_name AND c.schema_name = r.schema_name AND c.table_name = r.relation
   JOIN ${FUNCTIONS_CATALOG}.main.type_names AS t ON t.duckdb_type = c.data_type`,
);

const keyColumns = (definition: string): string =>
  `(SELECT *, unnest(CAST(definition->'$.columns' AS VARCHAR[])) AS column_name, generate_subscripts(CAST(definition->'$.columns' AS VARCHAR[]), 1) AS position FROM ${definition})`;

/**
 * The relations of `information_schema`, with Databricks' columns (docs.databricks.com, "Information schema"), over all
 * catalogs. Those without rows describe what cannot be made here: tags, masks, routines, volumes.
 */
export const informationSchemaViews: Readonly<Record<string, SystemView>> = {
  information_schema_catalog_name: {
    catalogColumn: 'catalog_name',
    query: select({ catalog_name: ['database_name'] }, catalogsAndSystem),
  },
  catalogs: {
    catalogColumn: 'catalog_name',
    query: select(
      {
        catalog_name: ['database_name'],
        catalog_owner: [OWNER],
        comment: ['NULL'],
        created: [EPOCH, 'TIMESTAMPTZ'],
        created_by: [OWNER],
        last_altered: [EPOCH, 'TIMESTAMPTZ'],
        last_altered_by: [OWNER],
      },
      catalogsAndSystem,
    ),
  },
  schemata: {
    catalogColumn: 'catalog_name',
    query: select(
      {
        catalog_name: ['database_name'],
        schema_name: ['schema_name'],
        schema_owner: [`CASE schema_name WHEN 'information_schema' THEN 'System user' ELSE ${OWNER} END`],
        comment: ['NULL'],
        created: [EPOCH, 'TIMESTAMPTZ'],
        created_by: [OWNER],
        last_altered: [EPOCH, 'TIMESTAMPTZ'],
        last_altered_by: [OWNER],
      },
      schemas,
    ),
  },
  tables: { catalogColumn: 'table_catalog', query: tables },
  columns: { catalogColumn: 'table_catalog', query: columns },
  views: {
    catalogColumn: 'table_catalog',
    query: select(
      {
        ...TABLE_NAME,
        view_definition: ["details->>'$.viewText'"],
        check_option: ["'NONE'"],
        is_updatable: ['false', 'BOOLEAN'],
        is_insertable_into: ['false', 'BOOLEAN'],
        sql_path: ['NULL'],
        is_materialized: ['false', 'BOOLEAN'],
      },
      `${relations} WHERE kind = 'VIEW'`,
    ),
  },
  table_constraints: {
    catalogColumn: 'table_catalog',
    query: select(
      {
        ...CONSTRAINT_NAME,
        ...TABLE_NAME,
        constraint_type: ['constraint_type'],
        is_deferrable: ["'NO'"],
        initially_deferred: ["'NO'"],
        enforced: ["'NO'"],
        comment: ['NULL'],
      },
      keys,
    ),
  },
  key_column_usage: {
    catalogColumn: 'table_catalog',
    query: select(
      {
        ...CONSTRAINT_NAME,
        ...TABLE_NAME,
        column_name: ['column_name'],
        ordinal_position: ['position', 'INTEGER'],
        position_in_unique_constraint: ["CASE constraint_type WHEN 'FOREIGN KEY' THEN position END", 'INTEGER'],
      },
      keyColumns(keys),
    ),
  },
  referential_constraints: {
    catalogColumn: 'constraint_catalog',
    query: select(
      {
        ...CONSTRAINT_NAME,
        unique_constraint_catalog: ['parent_catalog'],
        unique_constraint_schema: ['parent_schema'],
        unique_constraint_name: ['parent_name'],
        match_option: ["'FULL'"],
        update_rule: ["'NO ACTION'"],
        delete_rule: ["'NO ACTION'"],
      },
      parentKeys,
    ),
  },
  constraint_table_usage: {
    catalogColumn: 'table_catalog',
    query: select(
      { ...TABLE_NAME, ...CONSTRAINT_NAME },
      `(SELECT database_name, schema_name, relation, constraint_name FROM ${keys} WHERE constraint_type = 'PRIMARY KEY'
        UNION ALL SELECT parent_catalog, parent_schema, parent_relation, constraint_name FROM ${parentKeys})`,
    ),
  },
  check_constraints: {
    catalogColumn: 'constraint_catalog',
    query: empty(texts('constraint_catalog constraint_schema constraint_name check_clause sql_path')),
  },
  catalog_tags: { catalogColumn: 'catalog_name', query: empty(texts('catalog_name tag_name tag_value')) },
  schema_tags: { catalogColumn: 'catalog_name', query: empty(texts('catalog_name schema_name tag_name tag_value')) },
  table_tags: {
    catalogColumn: 'catalog_name',
    query: empty(texts('catalog_name schema_name table_name tag_name tag_value')),
  },
  column_tags: {
    catalogColumn: 'catalog_name',
    query: empty(texts('catalog_name schema_name table_name column_name tag_name tag_value')),
  },
  column_masks: {
    catalogColumn: 'table_catalog',
    query: empty(
      texts('table_catalog table_schema table_name column_name mask_catalog mask_schema mask_name using_columns'),
    ),
  },
  row_filters: {
    catalogColumn: 'table_catalog',
    query: empty(
      texts('table_catalog table_schema table_name filter_catalog filter_schema filter_name target_columns'),
    ),
  },
  volumes: {
    catalogColumn: 'volume_catalog',
    query: empty({
      ...texts('volume_catalog volume_schema volume_name volume_type volume_owner comment storage_location'),
      created: 'TIMESTAMPTZ',
      created_by: 'VARCHAR',
      last_altered: 'TIMESTAMPTZ',
      last_altered_by: 'VARCHAR',
    }),
  },
};

/** The stored view of a relation, which statements read. */
export function informationSchemaName(name: string): string {
  return `${SCHEMA}.${name}`;
}

/** What makes the views, once, in a database that has the table of type names. */
export function informationSchemaStatements(): string[] {
  const views = Object.entries(informationSchemaViews).map(
    ([name, { query }]) => `CREATE VIEW ${informationSchemaName(name)} AS ${query}`,
  );
  return [`CREATE SCHEMA ${SCHEMA}`, ...views];
}
