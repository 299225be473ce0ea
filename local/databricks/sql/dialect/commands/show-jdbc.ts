import { tableColumnsQuery } from '../../catalog/jdbc-columns.ts';
import { foreignKeyRows, keyRows } from '../../catalog/jdbc-keys.ts';
import { literalRows } from '../../catalog/literal-rows.ts';
import { sameName } from '../../catalog/relation-name.ts';
import type { Plan } from '../../engine/plan.ts';
import { LIKE, likeCondition, query, type Command, type Groups } from './command.ts';
import { visibleRelations, visibleSchemas } from '../../catalog/visible-objects.ts';

const part = (group: string): string => String.raw`\`(?<${group}>(?:[^\`]|\`\`)+)\``;
const CATALOG = String.raw`\s+in\s+(?:catalog\s+${part('catalog')}|all\s+catalogs)`;
const SCHEMA_LIKE = String.raw`(?:\s+schema\s+like\s+'(?<schema>[^']*)')?`;
const TABLE_LIKE = String.raw`(?:\s+table\s+like\s+'(?<table>[^']*)')?`;
const ONE_TABLE = String.raw`\s+in\s+catalog\s+${part('catalog')}\s+in\s+schema\s+${part('schema')}\s+in\s+table\s+${part('table')}`;

/** The forms of SHOW by which the JDBC driver reads metadata over the Statement Execution API. */
export const showKeyCommands: readonly Command[] = [
  [String.raw`show\s+schemas\s+in\s+all\s+catalogs${LIKE}`, showAllSchemas],
  [String.raw`show\s+tables${CATALOG}${SCHEMA_LIKE}${LIKE}`, showTables],
  [String.raw`show\s+columns${CATALOG}${SCHEMA_LIKE}${TABLE_LIKE}${LIKE}`, showColumns],
  [String.raw`show\s+functions${CATALOG}${SCHEMA_LIKE}${LIKE}`, showFunctions],
  [String.raw`show\s+keys${ONE_TABLE}`, showPrimaryKeys],
  [String.raw`show\s+foreign\s+keys${ONE_TABLE}`, showForeignKeys],
  [String.raw`show\s+table_types`, () => query('show', literalRows({ TABLE_TYPE: 'VARCHAR' }, [['TABLE'], ['VIEW']]))],
];

const plain = (name = ''): string => name.replaceAll('``', '`');
const inCatalog = (catalog: string | undefined): string =>
  catalog === undefined ? 'true' : sameName({ catalog: plain(catalog) });

function showAllSchemas({ like }: Groups): Plan {
  return query(
    'show',
    `SELECT schema AS "databaseName", catalog FROM ${visibleSchemas} WHERE ${likeCondition('schema', like)} ORDER BY 2, 1`,
  );
}

function showTables({ catalog, schema, like }: Groups): Plan {
  return query(
    'show',
    `SELECT schema AS "database", relation AS "tableName", false AS "isTemporary", NULL::VARCHAR AS information, catalog AS "catalogName", schema AS "namespace", kind AS "tableType",
      CASE WHEN json_valid(details) THEN CAST(details AS JSON)->>'$.comment' END AS remarks
     FROM ${visibleRelations} WHERE ${inCatalog(catalog)} AND ${likeCondition('schema', schema)} AND ${likeCondition('relation', like)} ORDER BY 5, 1, 2`,
  );
}

function showColumns({ catalog, schema, table, like }: Groups): Plan {
  const where = [
    inCatalog(catalog),
    likeCondition('schema', schema),
    likeCondition('relation', table),
    likeCondition('column_name', like),
  ];
  return query(
    'show',
    `SELECT column_name AS col_name, catalog AS "catalogName", schema AS "namespace", relation AS "tableName", column_type AS "columnType", column_size AS "columnSize",
      decimal_digits AS "decimalDigits", radix, CASE WHEN is_nullable THEN 'true' ELSE 'false' END AS "isNullable", ordinal_position + 1 AS "ordinalPosition", 'NO' AS "isAutoIncrement",
      'NO' AS "isGenerated", comment AS remarks
     FROM ${tableColumnsQuery} WHERE ${where.join(' AND ')} ORDER BY 2, 3, 4, ordinal_position`,
  );
}

/** Functions that users made: none. */
function showFunctions(): Plan {
  const columns = {
    functionName: 'VARCHAR',
    catalogName: 'VARCHAR',
    namespace: 'VARCHAR',
    specificName: 'VARCHAR',
    functionType: 'VARCHAR',
    remarks: 'VARCHAR',
  };
  return query('show', literalRows(columns, []));
}

function aboutKeys(
  groups: Groups,
  columns: Record<string, string>,
  rows: (parts: string[], reader: Reader) => Promise<Rows>,
): Plan {
  const parts = [groups['catalog'], groups['schema'], groups['table']].map(plain);
  return {
    ...query('show', ''),
    resolve: async (reader) => query('show', literalRows(columns, await rows(parts, reader))),
  };
}

type Reader = Parameters<NonNullable<Plan['resolve']>>[0];
type Rows = (string | number | null)[][];

const KEY_COLUMNS = {
  catalogName: 'VARCHAR',
  namespace: 'VARCHAR',
  tableName: 'VARCHAR',
  col_name: 'VARCHAR',
  keySeq: 'INTEGER',
  constraintName: 'VARCHAR',
};

function showPrimaryKeys(groups: Groups): Plan {
  return aboutKeys(groups, KEY_COLUMNS, async (parts, reader) => keyRows(await reader.require(parts)));
}

const FOREIGN_KEY_COLUMNS = {
  parentCatalogName: 'VARCHAR',
  parentNamespace: 'VARCHAR',
  parentTableName: 'VARCHAR',
  parentColName: 'VARCHAR',
  catalogName: 'VARCHAR',
  namespace: 'VARCHAR',
  tableName: 'VARCHAR',
  col_name: 'VARCHAR',
  keySeq: 'INTEGER',
  updateRule: 'INTEGER',
  deleteRule: 'INTEGER',
  constraintName: 'VARCHAR',
  parentConstraintName: 'VARCHAR',
  deferrability: 'INTEGER',
};

function showForeignKeys(groups: Groups): Plan {
  return aboutKeys(groups, FOREIGN_KEY_COLUMNS, async (parts, reader) =>
    foreignKeyRows(reader, await reader.require(parts)),
  );
}
