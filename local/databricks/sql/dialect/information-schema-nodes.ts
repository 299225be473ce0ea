import { informationSchemaRelation } from '../catalog/information-schema.ts';
import type { Session } from '../session.ts';
import { parseDatabricks, type Node } from './polyglot.ts';
import { rewrite } from './rewrite.ts';

interface TableNode {
  name: { name: string };
  schema: { name: string } | null;
  catalog: { name: string } | null;
  alias: unknown;
}

/** Puts the relations of `information_schema` in place of the tables that name them. */
export function informationSchemaNodes(statement: Node, session: Session): Node {
  return rewrite(statement, {
    table: (body) => {
      const { name, schema, catalog, alias } = body as unknown as TableNode;
      const parts = [catalog?.name, schema?.name, name.name].filter((part) => part !== undefined);
      const source = informationSchemaRelation(parts, session);
      if (source === undefined) return undefined;
      const [outer] = parseDatabricks(`SELECT 1 FROM ${source} AS \`${name.name}\``);
      const [relation] = (outer as unknown as { select: { from: { expressions: { subquery: Node }[] } } }).select.from
        .expressions;
      const subquery = relation?.subquery ?? {};
      return { subquery: alias ? { ...subquery, alias } : subquery };
    },
  });
}
