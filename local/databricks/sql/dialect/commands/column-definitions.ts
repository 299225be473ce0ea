import type { ForeignKey, TableDetails } from '../../catalog/table-details.ts';
import { relationName } from '../../catalog/relation-name.ts';
import type { Session } from '../../engine/session.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { StatementCursor } from './statement-cursor.ts';

/** A column as CREATE TABLE and ADD COLUMN define it; `type` and `defaultValue` as they are written. */
export interface ColumnDefinition {
  name: string;
  type: string;
  isNullable: boolean;
  comment?: string;
  defaultValue?: string;
}

type Keys = Pick<TableDetails, 'primaryKey' | 'foreignKeys'>;

const AFTER_TYPE = [
  'not',
  'comment',
  'default',
  'generated',
  'constraint',
  'primary',
  'references',
  'foreign',
  'mask',
  'collate',
  'check',
  'first',
  'after',
  ',',
  ')',
];

/** The columns and keys in the parentheses of a CREATE TABLE. */
export function tableElements(text: string, session: Session, table: string): { columns: ColumnDefinition[] } & Keys {
  const cursor = new StatementCursor(text);
  const columns: ColumnDefinition[] = [];
  const keys: Keys = { primaryKey: undefined, foreignKeys: [] };
  do {
    if (!addKey(cursor, keys, session, table)) columns.push(columnDefinition(cursor, keys, session, table));
  } while (cursor.accept(','));
  cursor.end();
  for (const name of keys.primaryKey?.columns ?? []) requireNotNull(columns, name);
  return { columns, ...keys };
}

/** `name TYPE [NOT NULL] [DEFAULT value] [COMMENT text]`, and the keys that may stand behind it. */
export function columnDefinition(
  cursor: StatementCursor,
  keys: Keys,
  session: Session,
  table: string,
): ColumnDefinition {
  const name = cursor.identifier();
  cursor.accept(':');
  const column: ColumnDefinition = { name, type: cursor.until(...AFTER_TYPE), isNullable: true };
  if (column.type === '') throw cursor.syntaxError();
  while (!cursor.isAtEnd && ![',', ')'].includes(cursor.peek())) {
    if (cursor.accept('not', 'null')) column.isNullable = false;
    else if (cursor.accept('comment')) column.comment = cursor.string();
    else if (cursor.accept('default')) column.defaultValue = cursor.until(...AFTER_TYPE);
    else if (/^(?:first|after)$/i.test(cursor.peek())) break;
    else if (!addColumnKey(cursor, name, keys, session, table)) throw cursor.unsupported(`column ${name}:`);
  }
  return column;
}

function addColumnKey(cursor: StatementCursor, column: string, keys: Keys, session: Session, table: string): boolean {
  const constraint = cursor.accept('constraint') ? cursor.identifier() : undefined;
  if (cursor.accept('primary', 'key')) {
    keys.primaryKey = { name: constraint ?? `${table}_pk`, columns: [column] };
    skipOptions(cursor);
    return true;
  }
  if (!cursor.accept('foreign', 'key') && cursor.peek().toLowerCase() !== 'references') return false;
  keys.foreignKeys.push(references(cursor, constraint ?? `${table}_${column}_fk`, [column], session));
  return true;
}

/** `[CONSTRAINT name] PRIMARY KEY (…)` or `FOREIGN KEY (…) REFERENCES …`, which are kept and not enforced; false for what is none. */
export function addKey(cursor: StatementCursor, keys: Keys, session: Session, table: string): boolean {
  const constraint = cursor.accept('constraint') ? cursor.identifier() : undefined;
  if (cursor.accept('primary', 'key')) {
    if (keys.primaryKey !== undefined)
      throw new SqlError('MULTIPLE_PRIMARY_KEYS', '42P16', 'A table has one primary key.');
    keys.primaryKey = { name: constraint ?? `${table}_pk`, columns: columnNames(cursor) };
    skipOptions(cursor);
    return true;
  }
  if (cursor.accept('foreign', 'key')) {
    const columns = columnNames(cursor);
    keys.foreignKeys.push(references(cursor, constraint ?? `${table}_${columns.join('_')}_fk`, columns, session));
    return true;
  }
  if (constraint !== undefined || /^check$/i.test(cursor.peek())) throw unsupported('CHECK constraints');
  return false;
}

function references(cursor: StatementCursor, name: string, columns: string[], session: Session): ForeignKey {
  cursor.expect('references');
  const parent = relationName(cursor.name(), session);
  const parentColumns = cursor.peek() === '(' ? columnNames(cursor) : columns;
  skipOptions(cursor);
  return { name, columns, parent, parentColumns };
}

const OPTIONS = [
  ['not', 'enforced'],
  ['deferrable'],
  ['initially', 'deferred'],
  ['norely'],
  ['rely'],
  ['match', 'full'],
  ['on', 'update', 'no', 'action'],
  ['on', 'delete', 'no', 'action'],
  ['timeseries'],
];

/** What Databricks takes after a key and does not act on. */
function skipOptions(cursor: StatementCursor): void {
  while (OPTIONS.some((words) => cursor.accept(...words))) continue;
}

/** A list of column names in parentheses. @throws {@link SqlError} PARSE_SYNTAX_ERROR */
export function columnNames(cursor: StatementCursor): string[] {
  const names: string[] = [];
  cursor.expect('(');
  do {
    names.push(cursor.identifier());
    cursor.accept('timeseries');
  } while (cursor.accept(','));
  cursor.expect(')');
  return names;
}

function requireNotNull(columns: ColumnDefinition[], name: string): void {
  const column = columns.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  // Unity Catalog makes the columns of a key NOT NULL by itself when the table is made.
  if (column !== undefined) column.isNullable = false;
  else
    throw new SqlError(
      'UNRESOLVED_COLUMN.WITHOUT_SUGGESTION',
      '42703',
      `A column with name \`${name}\` cannot be resolved.`,
    );
}
