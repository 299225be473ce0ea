import type { Relation } from '../../catalog/catalog-reader.ts';
import { duckdbName } from '../../catalog/relation-name.ts';
import { quoteIdentifier } from '../../quoting.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import type { AlterClause } from './alter-clause.ts';
import { columnDefinition, type ColumnDefinition } from './column-definitions.ts';
import type { CommandContext } from './command.ts';
import { columnCommentStatement } from './comments.ts';
import { declaredTypeOf, duckdbColumns } from './duckdb-columns.ts';
import type { StatementCursor } from './statement-cursor.ts';

/** `ADD COLUMN[S] …`, with or without parentheses. */
export function addColumns(cursor: StatementCursor, { session }: CommandContext): ReturnType<AlterClause> {
  if (!cursor.accept('add', 'columns') && !cursor.accept('add', 'column')) return undefined;
  const isListed = cursor.accept('(');
  const columns: ColumnDefinition[] = [];
  do {
    columns.push(columnDefinition(cursor, { primaryKey: undefined, foreignKeys: [] }, session, ''));
    if (/^(?:first|after)$/i.test(cursor.peek())) throw cursor.unsupported('ADD COLUMN …');
  } while (cursor.accept(','));
  if (isListed) cursor.expect(')');
  for (const column of columns) if (declaredTypeOf(column) !== undefined) throw unsupported('ADD COLUMN … VARCHAR(n)');
  return (relation) => ({ statements: columns.flatMap((column) => addedColumn(relation, column)) });
}

function addedColumn(relation: Relation, column: ColumnDefinition): string[] {
  if (!column.isNullable)
    throw new SqlError(
      'DELTA_ADD_COLUMN_NOT_NULL',
      '42601',
      `NOT NULL is not supported when adding the column ${column.name}.`,
    );
  if (column.defaultValue !== undefined) throw unsupported('ADD COLUMN … DEFAULT');
  return [
    `ALTER TABLE ${duckdbName(relation)} ADD COLUMN ${duckdbColumns([column])}`,
    ...(column.comment === undefined ? [] : [columnCommentStatement(relation, column.name, column.comment)]),
  ];
}

/** Delta renames and drops columns only of tables whose columns are mapped by name. */
function requireColumnMapping({ details }: Relation, what: 'DROP' | 'RENAME'): void {
  const mode = details.properties['delta.columnMapping.mode'];
  if (mode === 'name' || mode === 'id') return;
  throw new SqlError(
    `DELTA_UNSUPPORTED_${what}_COLUMN`,
    '0AKDC',
    `${what === 'DROP' ? 'DROP COLUMN is' : 'Column rename is'} not supported for your Delta table. Please upgrade your Delta table and enable column mapping: ALTER TABLE <table_name> SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name').`,
  );
}

/** `DROP COLUMN[S] [IF EXISTS] …`, with or without parentheses. */
export function dropColumns(cursor: StatementCursor): ReturnType<AlterClause> {
  if (!cursor.accept('drop', 'columns') && !cursor.accept('drop', 'column')) return undefined;
  const ifExists = cursor.accept('if', 'exists') ? 'IF EXISTS ' : '';
  const isListed = cursor.accept('(');
  const names: string[] = [];
  do names.push(cursor.identifier());
  while (cursor.accept(','));
  if (isListed) cursor.expect(')');
  return (relation) => {
    requireColumnMapping(relation, 'DROP');
    const table = duckdbName(relation);
    return { statements: names.map((name) => `ALTER TABLE ${table} DROP COLUMN ${ifExists}${quoteIdentifier(name)}`) };
  };
}

/** `RENAME COLUMN a TO b`. */
export function renameColumn(cursor: StatementCursor): ReturnType<AlterClause> {
  if (!cursor.accept('rename', 'column')) return undefined;
  const from = cursor.identifier();
  cursor.expect('to');
  const to = cursor.identifier();
  return (relation) => {
    requireColumnMapping(relation, 'RENAME');
    const table = duckdbName(relation);
    return { statements: [`ALTER TABLE ${table} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`] };
  };
}

/** `ALTER | CHANGE [COLUMN] name …`: its comment, and whether it may be NULL. */
export function alterColumn(cursor: StatementCursor): ReturnType<AlterClause> {
  const isChange = cursor.accept('change', 'column') || cursor.accept('change');
  if (!isChange && !cursor.accept('alter', 'column') && !cursor.accept('alter')) return undefined;
  const name = cursor.identifier();
  if (isChange) skipSameDefinition(cursor, name);
  if (cursor.accept('comment')) {
    const comment = cursor.string();
    return (relation) => ({ statements: [columnCommentStatement(relation, name, comment)] });
  }
  for (const word of ['set', 'drop'])
    if (cursor.accept(word, 'not', 'null'))
      return (relation) => ({
        statements: [
          `ALTER TABLE ${duckdbName(relation)} ALTER COLUMN ${quoteIdentifier(name)} ${word.toUpperCase()} NOT NULL`,
        ],
      });
  throw cursor.unsupported('ALTER COLUMN …');
}

/** Hive's `CHANGE a a TYPE COMMENT …` names a column and its type again. */
function skipSameDefinition(cursor: StatementCursor, name: string): void {
  if (cursor.peek().replaceAll('`', '').toLowerCase() !== name.toLowerCase()) return;
  cursor.take();
  cursor.until('comment');
}
