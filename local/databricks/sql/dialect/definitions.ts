import { sessionCatalog } from '../database.ts';
import type { Plan } from '../plan.ts';
import { quoteIdentifier } from '../quoting.ts';
import type { Session } from '../session.ts';
import type { Node } from './polyglot.ts';
import { identifier, rewrite } from './rewrite.ts';
import { translate, type ParsedStatement } from './translate.ts';

/** The plan of a statement that DuckDB would do otherwise: temporary views, INSERT OVERWRITE. Undefined for the others. */
export function definition(statement: ParsedStatement, session: Session): Plan | undefined {
  const { kind, body } = statement;
  if (kind === 'create_view' && body['temporary'] === true) return temporaryView(body, session);
  if (kind === 'insert' && body['overwrite'] === true) return insertOverwrite(body);
  if (kind === 'create_table' || kind === 'create_view') return created(kind, body, session);
  return undefined;
}

/** A table or view where the session stands: the first place where DuckDB looks may be that of its temporary views. */
function created(kind: string, body: Record<string, unknown>, session: Session): Plan {
  const name = body['name'] as Record<string, unknown>;
  const qualified = {
    ...name,
    catalog: name['catalog'] ?? identifier(session.catalog),
    schema: name['schema'] ?? identifier(session.schema),
  };
  return {
    kind: 'command',
    verb: kind,
    sql: translate({
      [kind]: { ...body, query: qualifyTables(body['query'], session), name: qualified, properties: [] },
    }),
  };
}

/** A view in the session's own schema, since a DuckDB temporary view would end with its connection. */
function temporaryView(body: Record<string, unknown>, session: Session): Plan {
  const name = body['name'] as Record<string, unknown>;
  const own = { ...name, catalog: identifier(sessionCatalog), schema: identifier(session.viewSchema) };
  return {
    kind: 'command',
    verb: 'create_view',
    before: [`CREATE SCHEMA IF NOT EXISTS ${sessionCatalog}.${quoteIdentifier(session.viewSchema)}`],
    sql: translate({
      create_view: { ...body, query: qualifyTables(body['query'], session), name: own, temporary: false },
    }),
    apply: ({ views }) => views.add((name['name'] as { name: string }).name.toLowerCase()),
  };
}

/** The tables of a view's query by their full names, so that the view means the same wherever a session stands. */
function qualifyTables(query: unknown, session: Session): unknown {
  const local = new Set(session.views);
  rewrite(query, {
    select: (select) => {
      const clause = select['with'] as { ctes?: { alias: { name: string } }[] } | null;
      for (const { alias } of clause?.ctes ?? []) local.add(alias.name.toLowerCase());
      return undefined;
    },
  });
  return rewrite(query, {
    table: (table) => {
      const isLocal = !table['schema'] && local.has((table['name'] as { name: string }).name.toLowerCase());
      if (isLocal) return undefined;
      const schema = table['schema'] ?? identifier(session.schema);
      return { table: { ...table, catalog: table['catalog'] ?? identifier(session.catalog), schema } };
    },
  });
}

function insertOverwrite(body: Record<string, unknown>): Plan {
  const emptied: Node = { delete: { ...emptyDelete, table: body['table'] } };
  return {
    kind: 'change',
    verb: 'insert',
    before: [translate(emptied)],
    sql: translate({ insert: { ...body, overwrite: false } }),
  };
}

const emptyDelete = {
  on_cluster: null,
  alias: null,
  alias_explicit_as: false,
  using: [],
  where_clause: null,
  output: null,
  leading_comments: [],
  with: null,
  limit: null,
  order_by: null,
  returning: [],
  tables: [],
  tables_from_using: false,
  joins: [],
  force_index: null,
  no_from: false,
};
