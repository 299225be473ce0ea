import { duckdbName, relationName, type RelationName } from '../../catalog/relation-name.ts';
import { newDetails, type TableDetails } from '../../catalog/table-details.ts';
import { resolvePlan, type Plan } from '../../engine/plan.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { requireStorable } from '../analyzed-plan.ts';
import { columnNames, tableElements, type ColumnDefinition } from './column-definitions.ts';
import type { CommandContext } from './command.ts';
import { columnCommentStatement, detailsStatement } from './comments.ts';
import { declaredTypeOf, duckdbColumns } from './duckdb-columns.ts';
import type { StatementCursor } from './statement-cursor.ts';
import { tableProperties } from './table-properties.ts';

interface TableDefinition {
  name: RelationName;
  isReplacing: boolean;
  ifNotExists: boolean;
  columns: ColumnDefinition[] | undefined;
  details: TableDetails;
  query: string | undefined;
}

/** `CREATE [OR REPLACE] TABLE …`, after the word TABLE. */
export function createTable(cursor: StatementCursor, isReplacing: boolean, context: CommandContext): Plan {
  const definition = tableDefinition(cursor, isReplacing, context);
  return {
    kind: 'command',
    verb: 'create_table',
    async resolve(reader) {
      const { name, query } = definition;
      if (definition.ifNotExists && (await reader.find([name.catalog, name.schema, name.name])) !== undefined)
        return { kind: 'command', verb: 'create_table' };
      if (query === undefined) return withDetails(definition, { sql: `(${duckdbColumns(definition.columns ?? [])})` });
      const plan = await resolvePlan(await context.planQuery(query), reader);
      requireStorable(plan.columns ?? []);
      return withDetails(definition, { ...plan, sql: `AS ${plan.sql}` });
    },
  };
}

function withDetails({ name, isReplacing, columns = [], details }: TableDefinition, made: Partial<Plan>): Plan {
  const comments = columns.flatMap(({ name: column, comment }) =>
    comment === undefined ? [] : [columnCommentStatement(name, column, comment)],
  );
  return {
    kind: 'command',
    verb: 'create_table',
    ...(made.values === undefined ? {} : { values: made.values }),
    sql: `CREATE ${isReplacing ? 'OR REPLACE ' : ''}TABLE ${duckdbName(name)} ${made.sql}`,
    after: [detailsStatement('table', name, details), ...comments],
  };
}

function tableDefinition(cursor: StatementCursor, isReplacing: boolean, { session }: CommandContext): TableDefinition {
  const ifNotExists = cursor.accept('if', 'not', 'exists');
  const written = relationName(cursor.name(), session);
  const name = { ...written, schema: written.schema.toLowerCase(), name: written.name.toLowerCase() };
  if (/^(?:like|shallow|deep|clone)$/i.test(cursor.peek())) throw cursor.unsupported('CREATE TABLE …');
  const elements =
    cursor.peek() === '(' && !/^(?:select|with)$/i.test(cursor.peek(1))
      ? tableElements(cursor.parenthesised(), session, name.name)
      : undefined;
  const clauses = tableClauses(cursor);
  const query = queryOf(cursor);
  if (query === undefined && elements === undefined) throw unsupported('CREATE TABLE without columns');
  if (query !== undefined && elements !== undefined)
    throw new SqlError(
      'PARSE_SYNTAX_ERROR',
      '42601',
      'Schema may not be specified in a Create Table As Select (CTAS) statement.',
    );
  requireDefaultsFeature(elements?.columns ?? [], clauses.properties ?? {});
  const declared = (elements?.columns ?? []).flatMap((column): [string, string][] => {
    const type = declaredTypeOf(column);
    return type === undefined ? [] : [[column.name, type]];
  });
  const details = newDetails({
    ...clauses,
    ...(elements === undefined ? {} : { primaryKey: elements.primaryKey, foreignKeys: elements.foreignKeys }),
    declaredTypes: Object.fromEntries(declared),
  });
  return { name, isReplacing, ifNotExists, columns: elements?.columns, details, query };
}

/** The query of a CTAS: after AS, or at once. */
function queryOf(cursor: StatementCursor): string | undefined {
  const isQuery = cursor.accept('as') || /^(?:select|with|\()$/i.test(cursor.peek());
  if (isQuery) return cursor.rest();
  cursor.end();
  return undefined;
}

/** The clauses between a table's columns and its query, in any order. */
function tableClauses(cursor: StatementCursor): Partial<TableDetails> {
  const details: Partial<TableDetails> = {};
  for (;;) {
    if (cursor.accept('using')) requireDelta(cursor.identifier());
    else if (cursor.accept('comment')) details.comment = cursor.string();
    else if (cursor.accept('tblproperties')) details.properties = tableProperties(cursor);
    else if (cursor.accept('partitioned', 'by')) details.partitionColumns = columnNames(cursor);
    else if (cursor.accept('cluster', 'by', 'auto') || cursor.accept('cluster', 'by', 'none')) continue;
    else if (cursor.accept('cluster', 'by')) details.clusterColumns = columnNames(cursor);
    else if (/^(?:location|options|clustered|default|skewed|row|stored)$/i.test(cursor.peek()))
      throw cursor.unsupported('CREATE TABLE …');
    else return details;
  }
}

function requireDelta(provider: string): void {
  if (provider.toLowerCase() !== 'delta') throw unsupported(`USING ${provider}`);
}

/** @throws {@link SqlError} as Delta refuses a DEFAULT on a table that is not made for it */
function requireDefaultsFeature(columns: ColumnDefinition[], properties: Record<string, string>): void {
  const hasDefault = columns.some(({ defaultValue }) => defaultValue !== undefined);
  const isAllowed = ['supported', 'enabled'].includes(properties['delta.feature.allowColumnDefaults'] ?? '');
  if (hasDefault && !isAllowed)
    throw new SqlError(
      'WRONG_COLUMN_DEFAULTS_FOR_DELTA_FEATURE_NOT_ENABLED',
      '0AKDE',
      "Failed to execute CREATE TABLE command because it assigned a column DEFAULT value, but the corresponding table feature was not enabled. Please retry the command again after executing ALTER TABLE tableName SET TBLPROPERTIES('delta.feature.allowColumnDefaults' = 'supported').",
    );
}
