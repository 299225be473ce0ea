import type { Session } from '../session.ts';
import { informationSchemaNodes } from './information-schema-nodes.ts';
import type { Node } from './polyglot.ts';
import { identifier, rewrite } from './rewrite.ts';
import { parseStatement, translate } from './translate.ts';

/** A view's query in DuckDB's dialect, its tables by their full names, so that it means the same wherever a session stands. */
export function viewQuery(text: string, session: Session): string {
  const { node } = parseStatement(text);
  return translate(qualifyTables(informationSchemaNodes(node, session), session));
}

function qualifyTables<T>(query: T, session: Session): T {
  const local = new Set(session.views);
  const noteNames = (body: Node): undefined => {
    const clause = body['with'] as { ctes?: { alias: { name: string } }[] } | null;
    for (const { alias } of clause?.ctes ?? []) local.add(alias.name.toLowerCase());
  };
  rewrite(query, { select: noteNames, union: noteNames, intersect: noteNames, except: noteNames });
  return rewrite(query, {
    table: (table) => {
      const isLocal = !table['schema'] && local.has((table['name'] as { name: string }).name.toLowerCase());
      if (isLocal) return undefined;
      const schema = table['schema'] ?? identifier(session.schema);
      return { table: { ...table, catalog: table['catalog'] ?? identifier(session.catalog), schema } };
    },
  });
}
