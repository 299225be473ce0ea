import { seesName } from './names.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Signs and words behind which SELECT, FROM, … are names, not the beginnings of queries. */
const AFTER_A_NAME: ReadonlySet<string> = new Set(
  ', ) . = == <=> <> != < <= > + / % | || & ^ :: -> => AS AND OR IS IN LIKE BETWEEN'.split(' '),
);
const SET_OPERATORS: ReadonlySet<string> = new Set(['UNION', 'EXCEPT', 'MINUS', 'SETMINUS', 'INTERSECT']);
const PIPE_WORDS: ReadonlySet<string> = new Set(
  'SELECT EXTEND AGGREGATE SET DROP AS WHERE LIMIT OFFSET TABLESAMPLE ORDER SORT CLUSTER DISTRIBUTE PIVOT UNPIVOT'.split(
    ' ',
  ),
);
const JOIN_WORDS: ReadonlySet<string> = new Set(
  'NATURAL INNER CROSS LEFT RIGHT FULL OUTER SEMI ANTI ASOF JOIN LATERAL'.split(' '),
);
const TAILS: ReadonlySet<string> = new Set(['ORDER', 'SORT', 'CLUSTER', 'DISTRIBUTE', 'LIMIT', 'OFFSET', '|>']);

/** Whether a query begins here, leaving parentheses aside. */
export function seesQuery(cursor: TokenCursor): boolean {
  const { kind } = cursor.peek(1);
  if (kind === 'end' || cursor.seesOneOf(AFTER_A_NAME, 1)) return false;
  if (cursor.sees('SELECT') || cursor.sees('VALUES')) return true;
  if (cursor.sees('WITH') || cursor.sees('TABLE')) return seesName(cursor, 1);
  return cursor.sees('FROM') && (seesName(cursor, 1) || cursor.sees('FROM', '('));
}

/** Whether what follows can only belong to a query, so that the parentheses before it held one. */
export function seesRestOfQuery(cursor: TokenCursor): boolean {
  return cursor.seesOneOf(SET_OPERATORS) || cursor.seesOneOf(TAILS) || (cursor.sees('|') && seesPipe(cursor, 1));
}

/** Whether an operator of the pipe syntax begins `ahead` places from here: newer servers take `|` for `|>`. */
export function seesPipe(cursor: TokenCursor, ahead: number): boolean {
  const { kind } = cursor.peek(ahead + 1);
  if (kind === 'end' || cursor.seesOneOf(AFTER_A_NAME, ahead + 1)) return false;
  if (cursor.seesOneOf(JOIN_WORDS, ahead)) return kind === 'word';
  return cursor.seesOneOf(PIPE_WORDS, ahead) || cursor.seesOneOf(SET_OPERATORS, ahead);
}

/** Goes past UNION, EXCEPT, … and what qualifies them. */
export function acceptSetOperator(cursor: TokenCursor): boolean {
  if (!cursor.acceptOneOf(SET_OPERATORS)) return false;
  if (!cursor.accept('ALL')) cursor.accept('DISTINCT');
  cursor.accept('BY', 'NAME');
  return true;
}
