import { ActingError } from './acting-words.ts';
import { inlineTable } from './inline-table.ts';
import { relations } from './relation.ts';
import { nameList, namePart, seesName, tableName } from './names.ts';
import { arrangement } from './ordering.ts';
import { pipe } from './pipe.ts';
import { acceptSetOperator, seesPipe } from './query-start.ts';
import { clauses, select, windowClause } from './select.ts';
import type { TokenCursor } from './token-cursor.ts';

const WRITES: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/**
 * A query: common tables, arms of set operators, ordering, pipes.
 * @throws {ActingError} where a statement that writes stands in its place.
 */
export function query(cursor: TokenCursor): void {
  cursor.nested(() => {
    if (cursor.sees('WITH')) commonTables(cursor);
    arm(cursor);
    restOfQuery(cursor);
  });
}

/** What may follow the first arm. */
export function restOfQuery(cursor: TokenCursor): void {
  for (;;) {
    if (acceptSetOperator(cursor)) arm(cursor);
    else if (cursor.accept('|>') || (cursor.sees('|') && seesPipe(cursor, 1) && cursor.accept('|'))) pipe(cursor, arm);
    else if (!tail(cursor)) return;
  }
}

function tail(cursor: TokenCursor): boolean {
  if (cursor.accept('LIMIT') || cursor.accept('OFFSET')) {
    cursor.grammar.expression(cursor);
    return true;
  }
  return arrangement(cursor) || windowClause(cursor);
}

/** `WITH [RECURSIVE] name [(a, b)] [MAX RECURSION LEVEL n] [AS] (query), …` */
function commonTables(cursor: TokenCursor): void {
  cursor.expect('WITH');
  if (cursor.sees('RECURSIVE') && seesName(cursor, 1) && !cursor.sees('RECURSIVE', 'AS', '(')) cursor.take();
  cursor.list(() => {
    namePart(cursor);
    if (cursor.sees('(') && !isBody(cursor)) nameList(cursor);
    if (cursor.accept('MAX', 'RECURSION', 'LEVEL')) cursor.grammar.expression(cursor);
    cursor.accept('AS');
    parenthesised(cursor);
  });
}

/** Whether the parentheses hold a query, not the names of columns. */
function isBody(cursor: TokenCursor): boolean {
  return cursor.peek(1).key === '(' || (seesName(cursor, 1) && ![',', ')', '('].includes(cursor.peek(2).key));
}

function parenthesised(cursor: TokenCursor): void {
  cursor.expect('(');
  query(cursor);
  cursor.expect(')');
}

function arm(cursor: TokenCursor): void {
  if (cursor.sees('(')) parenthesised(cursor);
  else if (cursor.sees('SELECT')) select(cursor);
  else if (cursor.sees('VALUES')) inlineTable(cursor);
  else if (cursor.accept('TABLE')) tableName(cursor);
  else if (cursor.accept('FROM')) fromFirst(cursor);
  else if (cursor.seesOneOf(WRITES)) throw new ActingError(cursor.peek().key);
  else cursor.fail('SELECT, FROM, VALUES or TABLE expected');
}

/** `FROM t SELECT a`, `FROM t |> …`; there may be several SELECTs. */
function fromFirst(cursor: TokenCursor): void {
  relations(cursor);
  while (cursor.sees('SELECT')) {
    select(cursor);
    while (tail(cursor));
  }
  clauses(cursor);
}
