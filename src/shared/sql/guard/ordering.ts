import { namePart, seesName } from './names.ts';
import type { TokenCursor } from './token-cursor.ts';

/** `a DESC NULLS LAST, b` */
export function sortItems(cursor: TokenCursor): void {
  cursor.list(() => {
    cursor.grammar.expression(cursor);
    if (!cursor.accept('ASC')) cursor.accept('DESC');
    if (cursor.accept('NULLS') && !cursor.accept('FIRST')) cursor.expect('LAST');
  });
}

const expressions = (cursor: TokenCursor) => cursor.list(() => cursor.grammar.expression(cursor));

/**
 * `ORDER BY`, `SORT BY`, `CLUSTER BY`, `DISTRIBUTE BY`, `PARTITION BY` with what follows; false where none of them
 * comes.
 */
export function arrangement(cursor: TokenCursor): boolean {
  if (cursor.accept('ORDER', 'BY') || cursor.accept('SORT', 'BY')) sortItems(cursor);
  else if (['CLUSTER', 'DISTRIBUTE', 'PARTITION'].some((word) => cursor.accept(word, 'BY'))) expressions(cursor);
  else return false;
  return true;
}

/** What OVER and WINDOW name: a window's name, or its specification in parentheses. */
export function window(cursor: TokenCursor): void {
  if (!cursor.accept('(')) {
    namePart(cursor);
    return;
  }
  const isNamed = seesName(cursor) && !(cursor.peek(1).key === 'BY' || isFrame(cursor));
  if (isNamed) cursor.take();
  while (arrangement(cursor));
  if (isFrame(cursor)) frame(cursor);
  cursor.expect(')');
}

function isFrame(cursor: TokenCursor): boolean {
  return (cursor.sees('ROWS') || cursor.sees('RANGE')) && cursor.peek(1).key !== ')';
}

function frame(cursor: TokenCursor): void {
  cursor.take();
  if (cursor.accept('BETWEEN')) {
    frameBound(cursor);
    cursor.expect('AND');
  }
  frameBound(cursor);
}

function frameBound(cursor: TokenCursor): void {
  if (cursor.accept('CURRENT', 'ROW')) return;
  if (!cursor.accept('UNBOUNDED')) cursor.grammar.bound(cursor);
  if (!cursor.accept('PRECEDING')) cursor.expect('FOLLOWING');
}
