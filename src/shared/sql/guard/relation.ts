import { tableAlias } from './alias.ts';
import { callArguments } from './function-call.ts';
import { inlineRelation } from './inline-table.ts';
import { name, nameList, noteCall, seesName, tableName } from './names.ts';
import { pivot, sample, unpivot } from './reshaping.ts';
import { seesQuery, seesRestOfQuery } from './query-start.ts';
import { noteTableByText } from './table-by-text.ts';
import { tableVersion } from './table-version.ts';
import type { TokenCursor } from './token-cursor.ts';

const JOIN_WORDS: ReadonlySet<string> = new Set('NATURAL INNER CROSS LEFT RIGHT FULL OUTER SEMI ANTI ASOF'.split(' '));

/** What FROM names: relations with their joins. */
export function relations(cursor: TokenCursor): void {
  cursor.list(relation);
}

/** One relation with its joins. */
export function relation(cursor: TokenCursor): void {
  cursor.nested(() => {
    cursor.accept('LATERAL');
    relationPrimary(cursor);
    joins(cursor);
  });
}

/** Goes past joins, pivots and lateral views; false where none of them comes. */
export function joins(cursor: TokenCursor): boolean {
  const before = cursor.peek();
  while (join(cursor) || pivot(cursor) || unpivot(cursor) || lateralView(cursor));
  return cursor.peek() !== before;
}

function join(cursor: TokenCursor): boolean {
  let words = 0;
  while (cursor.seesOneOf(JOIN_WORDS, words)) words++;
  if (cursor.peek(words).key !== 'JOIN') return false;
  while (!cursor.accept('JOIN')) cursor.take();
  cursor.accept('LATERAL');
  relationPrimary(cursor);
  // `a JOIN b JOIN c ON … ON …`
  while (pivot(cursor) || unpivot(cursor) || (!seesCondition(cursor) && join(cursor)));
  if (cursor.accept('MATCH_CONDITION')) parenthesisedCondition(cursor);
  if (cursor.accept('ON')) cursor.grammar.expression(cursor);
  else if (cursor.accept('USING')) nameList(cursor);
  return true;
}

function seesCondition(cursor: TokenCursor): boolean {
  return cursor.sees('ON') || cursor.sees('USING') || cursor.sees('MATCH_CONDITION');
}

function parenthesisedCondition(cursor: TokenCursor): void {
  cursor.expect('(');
  cursor.grammar.expression(cursor);
  cursor.expect(')');
}

function lateralView(cursor: TokenCursor): boolean {
  if (!cursor.accept('LATERAL', 'VIEW')) return false;
  cursor.accept('OUTER');
  const parts = name(cursor);
  noteCall(cursor, parts, callArguments(cursor), true);
  if (seesName(cursor) && !cursor.sees('AS') && !endsView(cursor)) cursor.take();
  if (cursor.accept('AS') || (seesName(cursor) && !endsView(cursor))) cursor.list(name);
  return true;
}

const AFTER_VIEW: ReadonlySet<string> = new Set(
  'LATERAL WHERE GROUP HAVING ORDER SORT CLUSTER DISTRIBUTE QUALIFY WINDOW LIMIT OFFSET SELECT UNION EXCEPT MINUS INTERSECT JOIN PIVOT UNPIVOT'.split(
    ' ',
  ),
);

function endsView(cursor: TokenCursor): boolean {
  return cursor.seesOneOf(AFTER_VIEW) && cursor.peek(1).key !== 'AS';
}

function relationPrimary(cursor: TokenCursor): void {
  if (cursor.sees('(')) parenthesisedRelation(cursor);
  else if (cursor.sees('VALUES') && seesQuery(cursor)) inlineRelation(cursor);
  else if (cursor.sees('TABLE', '(')) {
    cursor.take();
    parenthesisedRelation(cursor);
  } else named(cursor);
}

function parenthesisedRelation(cursor: TokenCursor): void {
  cursor.nested(() => parentheses(cursor));
  sample(cursor);
  tableAlias(cursor);
}

function parentheses(cursor: TokenCursor): void {
  cursor.expect('(');
  if (seesQuery(cursor)) cursor.grammar.query(cursor);
  else {
    relation(cursor);
    if (seesRestOfQuery(cursor)) cursor.grammar.restOfQuery(cursor);
  }
  cursor.expect(')');
}

function named(cursor: TokenCursor): void {
  if (cursor.accept('STREAM', '(')) {
    relation(cursor);
    cursor.expect(')');
    return tableAlias(cursor);
  }
  if (cursor.sees('STREAM') && seesName(cursor, 1) && !cursor.sees('STREAM', 'AS')) cursor.take();
  const mark = cursor.reaches.length;
  const tables = cursor.tables.length;
  const parts = tableName(cursor);
  if (cursor.sees('(')) {
    // It was a function's name.
    cursor.reaches.length = mark;
    cursor.tables.length = tables;
    let count = 0;
    const call = cursor.passed(() => {
      count = callArguments(cursor);
    });
    noteCall(cursor, parts, count, true);
    noteTableByText(cursor, parts, call);
  } else tableVersion(cursor);
  sample(cursor);
  watermark(cursor);
  tableAlias(cursor);
  watermark(cursor);
}

function watermark(cursor: TokenCursor): void {
  if (!cursor.accept('WATERMARK')) return;
  cursor.grammar.expression(cursor);
  if (cursor.accept('AS')) cursor.take();
  cursor.expect('DELAY', 'OF');
  cursor.grammar.expression(cursor);
}
