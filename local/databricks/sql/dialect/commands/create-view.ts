import type { CatalogReader } from '../../catalog/catalog-reader.ts';
import { duckdbName, relationName, temporaryName, type RelationName } from '../../catalog/relation-name.ts';
import { newDetails, type TableDetails } from '../../catalog/table-details.ts';
import { SESSION_CATALOG } from '../../engine/catalog-names.ts';
import type { Plan } from '../../engine/plan.ts';
import { quoteIdentifier } from '../../quoting.ts';
import { viewQuery } from '../analyzed-plan.ts';
import type { CommandContext } from './command.ts';
import { columnCommentStatement, detailsStatement } from './comments.ts';
import { StatementCursor } from './statement-cursor.ts';
import { tableProperties } from './table-properties.ts';

interface ViewDefinition {
  parts: string[];
  ifNotExists: boolean;
  columns: { name: string; comment: string | undefined }[];
  details: TableDetails;
  query: string;
}

/** `CREATE [OR REPLACE] [TEMPORARY] VIEW …`, after the word VIEW. */
export function createView(
  cursor: StatementCursor,
  { isReplacing, isTemporary }: { isReplacing: boolean; isTemporary: boolean },
  { session }: CommandContext,
): Plan {
  const definition = viewDefinition(cursor);
  const written = relationName(definition.parts, session);
  const only = written.name.toLowerCase();
  const name = isTemporary
    ? temporaryName(only, session)
    : { ...written, schema: written.schema.toLowerCase(), name: only };
  const made = async (reader: CatalogReader): Promise<Plan> => ({
    kind: 'command',
    verb: 'create_view',
    ...(isTemporary
      ? {
          before: [`CREATE SCHEMA IF NOT EXISTS ${SESSION_CATALOG}.${quoteIdentifier(session.viewSchema)}`],
        }
      : {}),
    ...viewStatements(definition, name, isReplacing, await viewQuery(definition.query, reader)),
    ...(isTemporary ? { apply: ({ views }) => views.add(only) } : {}),
  });
  return {
    kind: 'command',
    verb: 'create_view',
    resolve: async (reader) =>
      definition.ifNotExists && (await reader.find(definition.parts)) !== undefined
        ? { kind: 'command', verb: 'create_view' }
        : made(reader),
  };
}

function viewStatements(
  { columns, details }: ViewDefinition,
  name: RelationName,
  isReplacing: boolean,
  query: string,
): Pick<Plan, 'sql' | 'after'> {
  const names = columns.map((column) => quoteIdentifier(column.name)).join(', ');
  // Named within the query: DuckDB finds no column to comment on by the names that stand before it.
  const body = columns.length > 0 ? `SELECT * FROM (${query}) AS query(${names})` : query;
  const comments = columns.flatMap((column) =>
    column.comment === undefined ? [] : [columnCommentStatement(name, column.name, column.comment)],
  );
  return {
    sql: `CREATE ${isReplacing ? 'OR REPLACE ' : ''}VIEW ${duckdbName(name)} AS ${body}`,
    after: [detailsStatement('view', name, details), ...comments],
  };
}

function viewDefinition(cursor: StatementCursor): ViewDefinition {
  const ifNotExists = cursor.accept('if', 'not', 'exists');
  const parts = cursor.name();
  const columns = cursor.peek() === '(' ? viewColumns(cursor.parenthesised()) : [];
  const details: Partial<TableDetails> = {};
  for (;;) {
    if (cursor.accept('comment')) details.comment = cursor.string();
    else if (cursor.accept('tblproperties')) details.properties = tableProperties(cursor);
    else if (!cursor.accept('with', 'schema', 'binding') && !cursor.accept('with', 'schema', 'compensation')) break;
  }
  if (/^(?:with|default|language)$/i.test(cursor.peek())) throw cursor.unsupported('CREATE VIEW …');
  cursor.expect('as');
  const query = cursor.rest();
  return { parts, ifNotExists, columns, query, details: newDetails({ ...details, viewText: query }) };
}

function viewColumns(text: string): ViewDefinition['columns'] {
  const cursor = new StatementCursor(text);
  const columns = [];
  do {
    const name = cursor.identifier();
    columns.push({ name, comment: cursor.accept('comment') ? cursor.string() : undefined });
  } while (cursor.accept(','));
  cursor.end();
  return columns;
}
