import { tableAlias } from './alias.ts';
import { name, namePart } from './names.ts';
import { arrangement } from './ordering.ts';
import { acceptSetOperator } from './query-start.ts';
import { joins } from './relation.ts';
import { sample } from './reshaping.ts';
import { clauses, grouping, select, selectItems, windowClause } from './select.ts';
import type { TokenCursor } from './token-cursor.ts';

/** An operator of the pipe syntax, past its `|>`; `arm` reads what a set operator combines with. */
export function pipe(cursor: TokenCursor, arm: (cursor: TokenCursor) => void): void {
  if (cursor.sees('SELECT')) select(cursor);
  else if (cursor.accept('EXTEND')) {
    selectItems(cursor);
    windowClause(cursor);
  } else if (cursor.accept('AGGREGATE')) aggregate(cursor);
  else if (cursor.accept('SET')) cursor.list(assignment);
  else if (cursor.accept('DROP')) cursor.list(name);
  else if (cursor.sees('AS')) tableAlias(cursor);
  else if (cursor.accept('LIMIT')) {
    cursor.grammar.expression(cursor);
    if (cursor.accept('OFFSET')) cursor.grammar.expression(cursor);
  } else if (cursor.accept('OFFSET')) cursor.grammar.expression(cursor);
  else if (cursor.sees('TABLESAMPLE')) sample(cursor);
  else if (acceptSetOperator(cursor)) cursor.list(arm);
  else if (arrangement(cursor)) while (arrangement(cursor));
  else if (!joins(cursor)) {
    if (!cursor.sees('WHERE')) cursor.fail('an operator of the pipe expected');
    clauses(cursor);
  }
}

function aggregate(cursor: TokenCursor): void {
  if (!cursor.sees('GROUP', 'BY')) selectItems(cursor);
  if (cursor.accept('GROUP', 'BY')) grouping(cursor, true);
}

function assignment(cursor: TokenCursor): void {
  namePart(cursor);
  cursor.expect('=');
  cursor.grammar.expression(cursor);
}
