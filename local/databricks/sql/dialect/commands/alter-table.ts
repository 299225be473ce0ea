import type { Relation } from '../../catalog/catalog-reader.ts';
import { duckdbName } from '../../catalog/relation-name.ts';
import type { Plan } from '../../engine/plan.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { viewQuery } from '../analyzed-plan.ts';
import type { AlterClause, Alteration } from './alter-clause.ts';
import { alterColumn, addColumns, dropColumns, renameColumn } from './alter-columns.ts';
import { addConstraint, dropConstraint } from './alter-keys.ts';
import { columnNames } from './column-definitions.ts';
import type { CommandContext } from './command.ts';
import { detailsStatement } from './comments.ts';
import type { StatementCursor } from './statement-cursor.ts';
import { propertyKeys, tableProperties } from './table-properties.ts';

const TABLE_CLAUSES: readonly AlterClause[] = [
  setProperties,
  unsetProperties,
  rename,
  addColumns,
  dropColumns,
  renameColumn,
  alterColumn,
  addConstraint,
  dropConstraint,
  clusterBy,
];
const VIEW_CLAUSES: readonly AlterClause[] = [setProperties, unsetProperties, rename, newQuery];

/** `ALTER TABLE …` and `ALTER VIEW …`, after that word. */
export function alter(kind: 'table' | 'view', cursor: StatementCursor, context: CommandContext): Plan {
  const parts = cursor.name();
  const place = cursor.peek();
  let apply: ReturnType<AlterClause>;
  for (const clause of kind === 'view' ? VIEW_CLAUSES : TABLE_CLAUSES) {
    apply = clause(cursor, context);
    if (apply !== undefined) break;
  }
  if (apply === undefined) throw /^\w+$/.test(place) ? cursor.unsupported(`ALTER ${kind} …`) : cursor.syntaxError();
  cursor.end();
  return {
    kind: 'command',
    verb: 'alter_table',
    async resolve(reader) {
      const relation = await reader.require(parts);
      if (kind === 'view' && relation.kind !== 'view')
        throw new SqlError(
          'EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE',
          '42809',
          `The table \`${relation.catalog}\`.\`${relation.schema}\`.\`${relation.name}\` does not support ALTER VIEW. Please use ALTER TABLE instead.`,
        );
      return altered(relation, await apply(relation, reader));
    },
  };
}

function altered(relation: Relation, { statements = [], details, name = relation.name }: Alteration): Plan {
  const kept = detailsStatement(
    relation.kind,
    { ...relation, name },
    {
      ...relation.details,
      ...details,
      alteredMs: Date.now(),
    },
  );
  return { kind: 'command', verb: 'alter_table', before: statements, sql: kept };
}

function setProperties(cursor: StatementCursor): ReturnType<AlterClause> {
  if (!cursor.accept('set', 'tblproperties')) return undefined;
  const properties = tableProperties(cursor);
  return (relation) => ({ details: { properties: { ...relation.details.properties, ...properties } } });
}

function unsetProperties(cursor: StatementCursor): ReturnType<AlterClause> {
  if (!cursor.accept('unset', 'tblproperties')) return undefined;
  const ifExists = cursor.accept('if', 'exists');
  const keys = propertyKeys(cursor);
  return ({ details, name }) => {
    const absent = keys.filter((key) => !Object.hasOwn(details.properties, key));
    if (absent.length > 0 && !ifExists)
      throw new SqlError(
        'UNSET_NONEXISTENT_PROPERTIES',
        '42K0J',
        `Attempted to unset non-existent properties [${absent.map((key) => `'${key}'`).join(', ')}] in table \`${name}\`.`,
      );
    const properties = Object.fromEntries(Object.entries(details.properties).filter(([key]) => !keys.includes(key)));
    return { details: { properties } };
  };
}

function rename(cursor: StatementCursor, { session }: CommandContext): ReturnType<AlterClause> {
  if (!cursor.accept('rename', 'to')) return undefined;
  const [name = '', schema, catalog] = cursor.name().toReversed();
  return (relation) => {
    // A name alone is in the schema of the table, as in dbt's statements; SQL's rule is the session's, where they differ.
    const target = { schema: schema ?? relation.schema, catalog: catalog ?? relation.catalog };
    const isElsewhere =
      target.schema.toLowerCase() !== relation.schema.toLowerCase() ||
      target.catalog.toLowerCase() !== relation.catalog.toLowerCase();
    if (isElsewhere || (schema === undefined && session.schema.toLowerCase() !== relation.schema.toLowerCase()))
      throw unsupported('RENAME TO another schema');
    const word = relation.kind.toUpperCase();
    return {
      statements: [`ALTER ${word} ${duckdbName(relation)} RENAME TO "${name.toLowerCase().replaceAll('"', '""')}"`],
      name: name.toLowerCase(),
    };
  };
}

function newQuery(cursor: StatementCursor): ReturnType<AlterClause> {
  if (!cursor.accept('as')) return undefined;
  const query = cursor.rest();
  return async (relation, reader) => ({
    statements: [`CREATE OR REPLACE VIEW ${duckdbName(relation)} AS ${await viewQuery(query, reader)}`],
    details: { viewText: query },
  });
}

function clusterBy(cursor: StatementCursor): ReturnType<AlterClause> {
  if (cursor.accept('cluster', 'by', 'none') || cursor.accept('cluster', 'by', 'auto'))
    return () => ({ details: { clusterColumns: [] } });
  if (!cursor.accept('cluster', 'by')) return undefined;
  const columns = columnNames(cursor);
  return () => ({ details: { clusterColumns: columns } });
}
