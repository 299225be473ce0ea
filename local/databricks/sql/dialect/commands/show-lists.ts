import { SYSTEM_CATALOG } from '../../catalog/information-schema.ts';
import { literalRows } from '../../catalog/literal-rows.ts';
import { nameParts, sameName, schemaName } from '../../catalog/relation-name.ts';
import { DEFAULT_CATALOG, SESSION_CATALOG } from '../../engine/catalog-names.ts';
import { visibleCatalogs, visibleRelations, visibleSchemas } from '../../catalog/visible-objects.ts';
import { catalogNotFound, schemaNotFound } from '../../errors.ts';
import type { Plan } from '../../engine/plan.ts';
import { quoteString } from '../../quoting.ts';
import type { Session } from '../../engine/session.ts';
import { FUNCTION_FAMILIES, namesOf } from '../functions/index.ts';
import { LIKE, NAME, WITHIN, likeCondition, query, type Command, type CommandContext, type Groups } from './command.ts';

/** SHOW of what a catalog or schema holds. */
export const showListCommands: readonly Command[] = [
  [String.raw`show\s+catalogs${LIKE}`, showCatalogs],
  [String.raw`show\s+(?:schemas|databases)${WITHIN}${LIKE}`, showSchemas],
  [String.raw`show\s+tables${WITHIN}${LIKE}`, showTables],
  [String.raw`show\s+views${WITHIN}${LIKE}`, showViews],
  [
    String.raw`show\s+(?:(?<scope>user|system|all)\s+)?functions(?:\s+(?:in|from)\s+(?<in>${NAME}))?${LIKE}`,
    showFunctions,
  ],
];

function showCatalogs({ like }: Groups): Plan {
  return query('show', `SELECT catalog FROM ${visibleCatalogs} WHERE ${likeCondition('catalog', like)} ORDER BY 1`);
}

function showSchemas({ in: within, like }: Groups, { session }: CommandContext): Plan {
  const catalog = nameParts(within).at(-1) ?? session.catalog;
  return {
    ...query('show', ''),
    async resolve(reader) {
      if (catalog.toLowerCase() !== SYSTEM_CATALOG && !(await reader.hasCatalog(catalog)))
        throw catalogNotFound(catalog);
      return query(
        'show',
        `SELECT schema AS "databaseName" FROM ${visibleSchemas} WHERE ${sameName({ catalog })} AND ${likeCondition('schema', like)} ORDER BY 1`,
      );
    },
  };
}

/** A plan that first makes sure of its schema. @throws {@link SqlError} SCHEMA_NOT_FOUND */
function inSchema(where: { catalog: string; schema: string }, sql: string): Plan {
  return {
    ...query('show', ''),
    async resolve(reader) {
      const isSystem = where.schema.toLowerCase() === 'information_schema' && where.catalog !== DEFAULT_CATALOG;
      if (!isSystem && !(await reader.hasSchema(where))) throw schemaNotFound(`${where.catalog}.${where.schema}`);
      return query('show', sql);
    },
  };
}

/** Tables and views of a schema, and the session's temporary views, as `namespace`, `relation`, `kind`, `temporary`. */
function relationsOf(session: Session, where: { catalog: string; schema: string }, like: string | undefined): string {
  return `(SELECT schema AS namespace, relation, kind, false AS temporary FROM ${visibleRelations} WHERE ${sameName(where)} AND ${likeCondition('relation', like)}
    UNION ALL SELECT '', view_name, 'VIEW', true FROM duckdb_views() WHERE database_name = ${quoteString(SESSION_CATALOG)}
      AND schema_name = ${quoteString(session.viewSchema)} AND ${likeCondition('view_name', like)})`;
}

function showTables({ in: within, like }: Groups, { session }: CommandContext): Plan {
  const where = schemaName(nameParts(within), session);
  const rows = relationsOf(session, where, like);
  return inSchema(
    where,
    `SELECT namespace AS "database", relation AS "tableName", temporary AS "isTemporary" FROM ${rows} ORDER BY 2`,
  );
}

function showViews({ in: within, like }: Groups, { session }: CommandContext): Plan {
  const where = schemaName(nameParts(within), session);
  const rows = relationsOf(session, where, like);
  return inSchema(
    where,
    `SELECT namespace, relation AS "viewName", temporary AS "isTemporary", false AS "isMaterialized" FROM ${rows} WHERE kind = 'VIEW' ORDER BY 2`,
  );
}

const SYSTEM_FUNCTIONS = FUNCTION_FAMILIES.flatMap(([, functions]) => functions.flatMap(namesOf)).toSorted();

/** The functions of the local warehouse; none that users made, since CREATE FUNCTION is refused. */
function showFunctions({ scope = 'all', like }: Groups): Plan {
  const names = scope.toLowerCase() === 'user' ? [] : SYSTEM_FUNCTIONS;
  const rows = literalRows(
    { function: 'VARCHAR' },
    names.map((name) => [name]),
  );
  return query('show', `SELECT * FROM (${rows}) WHERE ${likeCondition('function', like)} ORDER BY 1`);
}
