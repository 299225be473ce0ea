import type { Plan } from '../engine/plan.ts';
import type { CatalogReader, Relation } from './catalog-reader.ts';
import { literalRows } from './literal-rows.ts';
import type { MetadataFilter } from './metadata-filter.ts';

type Rows = (string | number | null)[][];

/** `java.sql.DatabaseMetaData`: importedKeyNoAction and importedKeyNotDeferrable. */
export const NO_ACTION = 3;
/** `java.sql.DatabaseMetaData.importedKeyNotDeferrable`. */
export const NOT_DEFERRABLE = 7;

const KEY_COLUMNS = {
  TABLE_CAT: 'VARCHAR',
  TABLE_SCHEM: 'VARCHAR',
  TABLE_NAME: 'VARCHAR',
  COLUMN_NAME: 'VARCHAR',
  KEQ_SEQ: 'INTEGER',
  PK_NAME: 'VARCHAR',
};
const FOREIGN_KEY_COLUMNS = {
  PKTABLE_CAT: 'VARCHAR',
  PKTABLE_SCHEM: 'VARCHAR',
  PKTABLE_NAME: 'VARCHAR',
  PKCOLUMN_NAME: 'VARCHAR',
  FKTABLE_CAT: 'VARCHAR',
  FKTABLE_SCHEM: 'VARCHAR',
  FKTABLE_NAME: 'VARCHAR',
  FKCOLUMN_NAME: 'VARCHAR',
  KEQ_SEQ: 'INTEGER',
  UPDATE_RULE: 'INTEGER',
  DELETE_RULE: 'INTEGER',
  FK_NAME: 'VARCHAR',
  PK_NAME: 'VARCHAR',
  DEFERRABILITY: 'INTEGER',
};

/** Thrift's absent names are null. */
const plain = (name: string | null | undefined): string => (name ?? '').replaceAll(/\\([_%\\])/g, '$1');

function resolved(columns: Record<string, string>, rows: (reader: CatalogReader) => Promise<Rows>): Plan {
  return {
    kind: 'query',
    verb: 'show',
    resolve: async (reader) => ({ kind: 'query', verb: 'show', sql: literalRows(columns, await rows(reader)) }),
  };
}

/** A table of a metadata call, whose catalog and schema may be left out; undefined where there is none. */
async function tableOf(
  reader: CatalogReader,
  catalog: string | undefined,
  schema: string | undefined,
  name: string | undefined,
): Promise<Relation | undefined> {
  const { session } = reader;
  return !name
    ? undefined
    : reader.find([plain(catalog || session.catalog), plain(schema || session.schema), plain(name)]);
}

/** The result of GetPrimaryKeys. */
export function primaryKeys({ catalogName, schemaName, tableName }: MetadataFilter): Plan {
  return resolved(KEY_COLUMNS, async (reader) => {
    const table = await tableOf(reader, catalogName, schemaName, tableName);
    return table !== undefined ? keyRows(table) : [];
  });
}

/** A row a column of the primary key, in the order of {@link KEY_COLUMNS}. */
export function keyRows({ details, catalog, schema, name }: Relation): Rows {
  const key = details.primaryKey;
  return (key?.columns ?? []).map((column, index) => [catalog, schema, name, column, index + 1, key?.name ?? null]);
}

/** The result of GetCrossReference: the foreign keys of one table, all or those to another one. */
export function crossReference(filter: MetadataFilter): Plan {
  return resolved(FOREIGN_KEY_COLUMNS, async (reader) => {
    const child = await tableOf(reader, filter.foreignCatalogName, filter.foreignSchemaName, filter.foreignTableName);
    const children = child !== undefined ? [child] : await tablesWithForeignKeys(reader);
    const rows = await Promise.all(children.map((table) => foreignKeyRows(reader, table)));
    const parent = plain(filter.parentTableName).toLowerCase();
    return rows.flat().filter(([, , name]) => parent === '' || String(name).toLowerCase() === parent);
  });
}

async function tablesWithForeignKeys(reader: CatalogReader): Promise<Relation[]> {
  const rows = await reader.rows(
    `SELECT database_name, schema_name, table_name FROM duckdb_tables() WHERE json_valid(comment) AND json_array_length(CAST(comment AS JSON), '$.foreignKeys') > 0`,
  );
  const found = await Promise.all(rows.map((row) => reader.find(Object.values(row).map(String))));
  return found.filter((table) => table !== undefined);
}

/** A row a column of each foreign key, in the order of {@link FOREIGN_KEY_COLUMNS}. */
export async function foreignKeyRows(reader: CatalogReader, table: Relation): Promise<Rows> {
  const rows: Rows = [];
  for (const { columns, parent, parentColumns, name } of table.details.foreignKeys) {
    const referenced = await reader.find([parent.catalog, parent.schema, parent.name]);
    const parentKey = referenced?.details.primaryKey?.name ?? null;
    for (const [index, column] of columns.entries())
      rows.push([
        parent.catalog,
        parent.schema,
        parent.name,
        parentColumns[index] ?? null,
        table.catalog,
        table.schema,
        table.name,
        column,
        index + 1,
        NO_ACTION,
        NO_ACTION,
        name,
        parentKey,
        NOT_DEFERRABLE,
      ]);
  }
  return rows;
}
