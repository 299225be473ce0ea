import { tableAlias } from './alias.ts';
import { callArguments } from './function-call.ts';
import { isPlainTableOption } from './functions.ts';
import { name, nameList, noteCall, seesName, tableName } from './names.ts';
import { pivot, sample, unpivot } from './reshaping.ts';
import { seesQuery, seesRestOfQuery } from './query-start.ts';
import type { TokenCursor } from './token-cursor.ts';
import { literalText } from './tokens.ts';

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
  else if (cursor.sees('VALUES') && seesQuery(cursor)) inlineTable(cursor);
  else if (cursor.sees('TABLE', '(')) {
    cursor.take();
    parenthesisedRelation(cursor);
  } else named(cursor);
}

/** `VALUES (1, 2), (3, 4) AS t(a, b)` */
export function inlineTable(cursor: TokenCursor): void {
  cursor.expect('VALUES');
  cursor.list(() => cursor.grammar.expression(cursor));
  tableAlias(cursor);
}

/** Gives whether the parentheses hold a query alone. */
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
  const parts = tableName(cursor);
  if (cursor.sees('(')) {
    // It was a function's name.
    cursor.reaches.length = mark;
    noteCall(cursor, parts, callArguments(cursor), true);
  } else version(cursor);
  sample(cursor);
  watermark(cursor);
  tableAlias(cursor);
  watermark(cursor);
}

const VERSIONS: ReadonlySet<string> = new Set(['VERSION', 'SYSTEM_VERSION', 'TIMESTAMP', 'SYSTEM_TIME']);

/** `VERSION AS OF 1`, `FOR TIMESTAMP AS OF '…'`, `@v1`, `WITH ('option' = 'value')`. */
function version(cursor: TokenCursor): void {
  if (cursor.accept('@')) cursor.take();
  const from = cursor.sees('FOR') ? 1 : 0;
  if (cursor.seesOneOf(VERSIONS, from) && cursor.peek(from + 1).key === 'AS' && cursor.peek(from + 2).key === 'OF') {
    for (let taken = 0; taken < from + 3; taken++) cursor.take();
    cursor.grammar.expression(cursor);
  }
  if (cursor.accept('WITH'))
    cursor.parenthesised(() => {
      option(cursor);
      // The sign between an option and its value may be left out.
      cursor.accept('=');
      if (!cursor.sees(',') && !cursor.sees(')')) cursor.grammar.expression(cursor);
    });
}

function option(cursor: TokenCursor): void {
  const { kind, text } = cursor.peek();
  const key = kind === 'string' ? literalText(cursor.take().text) : name(cursor).join('.');
  if (key === undefined || !isPlainTableOption(key))
    cursor.reaches.push({ name: 'table_options', label: `the table option ${text.slice(0, 100)}` });
}

function watermark(cursor: TokenCursor): void {
  if (!cursor.accept('WATERMARK')) return;
  cursor.grammar.expression(cursor);
  if (cursor.accept('AS')) cursor.take();
  cursor.expect('DELAY', 'OF');
  cursor.grammar.expression(cursor);
}
