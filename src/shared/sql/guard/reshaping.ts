import { columnAlias, tableAlias } from './alias.ts';
import { name } from './names.ts';
import { seesQuery } from './query-start.ts';
import type { TokenCursor } from './token-cursor.ts';

const SAMPLE_UNITS: ReadonlySet<string> = new Set(['PERCENT', 'ROWS']);

/** `TABLESAMPLE (10 PERCENT) REPEATABLE (1)` */
export function sample(cursor: TokenCursor): void {
  if (!cursor.accept('TABLESAMPLE')) return;
  if (!cursor.accept('SYSTEM')) cursor.accept('BERNOULLI');
  cursor.expect('(');
  if (cursor.accept('BUCKET')) {
    cursor.take();
    cursor.expect('OUT', 'OF');
    cursor.take();
    if (cursor.accept('ON')) cursor.grammar.expression(cursor);
  } else if (!cursor.sees(')')) {
    cursor.grammar.expression(cursor);
    cursor.acceptOneOf(SAMPLE_UNITS);
  }
  cursor.expect(')');
  if (!cursor.accept('REPEATABLE')) return;
  cursor.expect('(');
  cursor.grammar.expression(cursor);
  cursor.expect(')');
}

/** `PIVOT (sum(a) AS s FOR b IN ('x' AS x, 'y'))`; false where none comes. */
export function pivot(cursor: TokenCursor): boolean {
  if (!cursor.accept('PIVOT', '(')) return false;
  cursor.list(aliased);
  cursor.expect('FOR');
  columns(cursor);
  cursor.expect('IN', '(');
  if (seesQuery(cursor)) cursor.grammar.query(cursor);
  else cursor.list(aliased);
  cursor.expect(')', ')');
  tableAlias(cursor);
  return true;
}

/** `UNPIVOT INCLUDE NULLS (value FOR name IN (a, b AS c))`; false where none comes. */
export function unpivot(cursor: TokenCursor): boolean {
  if (!cursor.sees('UNPIVOT') || !['(', 'INCLUDE', 'EXCLUDE'].includes(cursor.peek(1).key)) return false;
  cursor.take();
  if (cursor.accept('INCLUDE') || cursor.accept('EXCLUDE')) cursor.expect('NULLS');
  cursor.expect('(');
  columns(cursor);
  cursor.expect('FOR');
  name(cursor);
  cursor.expect('IN', '(');
  cursor.list(aliased);
  cursor.expect(')', ')');
  tableAlias(cursor);
  return true;
}

function aliased(cursor: TokenCursor): void {
  cursor.grammar.expression(cursor);
  columnAlias(cursor);
}

function columns(cursor: TokenCursor): void {
  if (cursor.sees('(')) cursor.parenthesised(name);
  else name(cursor);
}
