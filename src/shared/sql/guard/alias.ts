import { nameList, namePart, seesName } from './names.ts';
import { seesRestOfQuery } from './query-start.ts';
import type { TokenCursor } from './token-cursor.ts';

const CLAUSES = [
  'FROM WHERE GROUP HAVING ORDER SORT CLUSTER DISTRIBUTE QUALIFY WINDOW LIMIT OFFSET LATERAL SELECT',
  'UNION EXCEPT MINUS SETMINUS INTERSECT',
].flatMap((words) => words.split(' '));

/** Words that go on with a query behind a column, and so are no alias of it. */
const AFTER_COLUMN: ReadonlySet<string> = new Set([...CLAUSES, 'FOR', 'INTO', 'GROUPING', 'WITH', 'PIVOT', 'UNPIVOT']);

/** Words that go on with a query behind a table. */
const AFTER_TABLE: ReadonlySet<string> = new Set([
  ...CLAUSES,
  ...'JOIN INNER CROSS LEFT RIGHT FULL NATURAL SEMI ANTI ASOF ON USING MATCH_CONDITION PIVOT UNPIVOT TABLESAMPLE'.split(
    ' ',
  ),
  ...'WITH WATERMARK PARTITION INSERT MAP REDUCE'.split(' '),
]);

/** `[AS] name` or `AS (a, b)` behind a column. */
export function columnAlias(cursor: TokenCursor): void {
  // Nothing but a name can stand last, not even AS.
  if (cursor.sees('AS') && !endsColumn(cursor)) {
    cursor.take();
    if (cursor.sees('(')) nameList(cursor);
    else namePart(cursor);
  } else if (seesName(cursor) && (!cursor.seesOneOf(AFTER_COLUMN) || endsColumn(cursor))) namePart(cursor);
}

/** `[AS] name [(a, b)]` behind a table. */
export function tableAlias(cursor: TokenCursor): void {
  if (cursor.accept('AS')) {
    if (!cursor.sees('(')) namePart(cursor);
  } else if (seesName(cursor) && (!cursor.seesOneOf(AFTER_TABLE) || endsItem(cursor))) namePart(cursor);
  else return;
  if (cursor.sees('(')) nameList(cursor);
}

/** Whether the next word stands last, as only a name does: `SELECT 1 limit, 2 offset`. */
function endsItem(cursor: TokenCursor): boolean {
  const { kind, key } = cursor.peek(1);
  return kind === 'end' || key === ',' || key === ')';
}

/** Likewise, for a column: `SELECT 1 limit FROM t`, but not `SELECT 1 UNION FROM t`. */
function endsColumn(cursor: TokenCursor): boolean {
  return endsItem(cursor) || (cursor.peek(1).key === 'FROM' && !cursor.sees('FROM') && !seesRestOfQuery(cursor));
}
