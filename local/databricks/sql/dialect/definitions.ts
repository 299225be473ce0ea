import type { Plan } from '../plan.ts';
import type { Node } from './polyglot.ts';
import { translate, type ParsedStatement } from './translate.ts';

/** The plan of a statement that DuckDB would do otherwise: INSERT OVERWRITE. Undefined for the others. */
export function definition({ kind, body }: ParsedStatement): Plan | undefined {
  return kind === 'insert' && body['overwrite'] === true ? insertOverwrite(body) : undefined;
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
