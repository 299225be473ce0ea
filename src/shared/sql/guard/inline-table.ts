import { tableAlias } from './alias.ts';
import { noteCall } from './names.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokens.ts';

/** `VALUES (1, 2), (3, 4) AS t(a, b)` */
export function inlineTable(cursor: TokenCursor): void {
  rows(cursor);
  tableAlias(cursor);
}

/**
 * An inline table behind FROM, JOIN or a comma. Spark prefers to read a table that is called `values`, where all may be
 * so read: in `FROM VALUES a, csv.x` the alias `a` and another table. Such a text is refused.
 * @throws {StatementFailedError} 422.
 */
export function inlineRelation(cursor: TokenCursor): void {
  const [first = [], ...others] = rows(cursor);
  if (others.length > 0 && mayFollowTable(first) && others.every(mayBeRelation))
    cursor.fail('VALUES may be the name of a table here; put each row into parentheses, or VALUES as a whole');
  tableAlias(cursor);
}

/** Goes past the rows; gives the tokens of each. */
function rows(cursor: TokenCursor): (readonly Token[])[] {
  // Without rows it is a table function of that name.
  if (cursor.sees('VALUES', '(', ')')) noteCall(cursor, ['values'], 0, true);
  cursor.expect('VALUES');
  const found: (readonly Token[])[] = [];
  cursor.list(() => found.push(cursor.passed(() => cursor.grammar.expression(cursor))));
  return found;
}

/** Clauses of a table that can be read as calls and names. */
const TABLE_CLAUSES: ReadonlySet<string> = new Set(
  'CHANGES FOR IDENTIFIER SYSTEM_TIME SYSTEM_VERSION TABLESAMPLE TIMESTAMP VERSION WATERMARK WITH'.split(' '),
);

/** Whether a row may be the alias of a table, `a` or `a(b, c)`, or another of its clauses. */
function mayFollowTable([name, ...rest]: readonly Token[]): boolean {
  if (name === undefined || !isName(name)) return false;
  return TABLE_CLAUSES.has(name.key) || rest.every((token) => isName(token) || ['(', ')', ','].includes(token.key));
}

function mayBeRelation([first]: readonly Token[]): boolean {
  return first !== undefined && (isName(first) || first.key === '(');
}

function isName({ kind }: Token): boolean {
  return kind === 'word' || kind === 'quoted';
}
