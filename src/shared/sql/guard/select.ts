import { columnAlias } from './alias.ts';
import { name, namePart } from './names.ts';
import { window } from './ordering.ts';
import { joins, relations } from './relation.ts';
import type { TokenCursor } from './token-cursor.ts';

/** `SELECT …` up to its last clause. */
export function select(cursor: TokenCursor): void {
  cursor.expect('SELECT');
  while (cursor.sees('/*+')) hint(cursor);
  const isQuantified = (cursor.sees('ALL') || cursor.sees('DISTINCT')) && !endsItem(cursor);
  if (isQuantified) cursor.take();
  selectItems(cursor);
  if (cursor.accept('FROM')) relations(cursor);
  clauses(cursor);
}

function endsItem(cursor: TokenCursor): boolean {
  const { kind, key } = cursor.peek(1);
  return kind === 'end' || [',', ')', 'FROM', '.', 'AS'].includes(key);
}

/** Hints advise the optimiser; their tokens are looked through for calls like all others. */
function hint(cursor: TokenCursor): void {
  cursor.expect('/*+');
  while (!cursor.accept('*/')) {
    const { key } = cursor.peek();
    if (key === '/*+') cursor.fail();
    cursor.take();
  }
}

/** `a, b AS c, t.* EXCEPT (d)` */
export function selectItems(cursor: TokenCursor): void {
  cursor.list(() => {
    cursor.grammar.expression(cursor);
    for (;;) {
      if (cursor.sees('EXCEPT', '(') && !isQueryInParentheses(cursor)) {
        cursor.take();
        cursor.parenthesised(name);
      } else if (cursor.accept('REPLACE', '(')) {
        selectItems(cursor);
        cursor.expect(')');
      } else break;
    }
    columnAlias(cursor);
  });
}

function isQueryInParentheses(cursor: TokenCursor): boolean {
  return (
    ['(', 'SELECT', 'VALUES', 'WITH', 'TABLE', 'FROM'].includes(cursor.peek(2).key) &&
    ![',', ')', '.'].includes(cursor.peek(3).key)
  );
}

/** WHERE, GROUP BY, HAVING, QUALIFY, WINDOW and lateral views. */
export function clauses(cursor: TokenCursor): void {
  while (clause(cursor));
}

function clause(cursor: TokenCursor): boolean {
  if (cursor.accept('WHERE') || cursor.accept('HAVING') || cursor.accept('QUALIFY')) {
    cursor.grammar.expression(cursor);
    return true;
  }
  if (cursor.accept('GROUP', 'BY')) {
    grouping(cursor);
    return true;
  }
  return windowClause(cursor) || joins(cursor);
}

/** `WINDOW w AS (…), v AS w`; false where none comes. */
export function windowClause(cursor: TokenCursor): boolean {
  const isClause = cursor.peek(2).key === 'AS' || cursor.sees('WINDOW', 'IDENTIFIER', '(');
  if (!cursor.sees('WINDOW') || !isClause) return false;
  cursor.take();
  cursor.list(() => {
    namePart(cursor);
    cursor.expect('AS');
    window(cursor);
  });
  return true;
}

/** `a, ROLLUP (b, c)`, `a GROUPING SETS ((a), ())`, `a WITH CUBE`. */
export function grouping(cursor: TokenCursor, hasAliases = false): void {
  cursor.list(() => {
    if (groupingSets(cursor)) return;
    cursor.grammar.expression(cursor);
    if (hasAliases) columnAlias(cursor);
  });
  groupingSets(cursor);
  if (cursor.accept('WITH') && !cursor.accept('ROLLUP')) cursor.expect('CUBE');
}

function groupingSets(cursor: TokenCursor): boolean {
  if (!cursor.accept('GROUPING', 'SETS')) return false;
  cursor.parenthesised(() => {
    if (!groupingSets(cursor)) cursor.grammar.expression(cursor);
  });
  return true;
}
