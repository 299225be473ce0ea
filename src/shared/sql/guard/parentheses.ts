import { seesQuery, seesRestOfQuery } from './query-start.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Parentheses where an expression may stand: a query, an expression, several, or none. */
export function parenthesisedExpression(cursor: TokenCursor): void {
  cursor.nested(() => {
    cursor.expect('(');
    if (seesQuery(cursor)) cursor.grammar.query(cursor);
    else if (!cursor.sees(')')) items(cursor);
    cursor.expect(')');
  });
}

function items(cursor: TokenCursor): void {
  const beginsWithParenthesis = cursor.sees('(');
  cursor.grammar.expression(cursor);
  // `((SELECT 1) UNION (SELECT 2))`
  if (beginsWithParenthesis && seesRestOfQuery(cursor)) return cursor.grammar.restOfQuery(cursor);
  alias(cursor);
  while (cursor.accept(',')) {
    cursor.grammar.expression(cursor);
    alias(cursor);
  }
}

function alias(cursor: TokenCursor): void {
  if (cursor.accept('AS')) cursor.take();
}
