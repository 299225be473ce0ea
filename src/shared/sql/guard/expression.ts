import { namePart, seesName } from './names.ts';
import { seesPipe } from './query-start.ts';
import { primary } from './primary.ts';
import { dataType } from './data-type.ts';
import type { TokenCursor } from './token-cursor.ts';

const PREFIXES: ReadonlySet<string> = new Set(['NOT', '!', '-', '+', '~']);
const SIGNS: ReadonlySet<string> = new Set('= == <=> <> != < <= ! > << + - * / % || & | ^ ->'.split(' '));
const OPERATOR_WORDS: ReadonlySet<string> = new Set(['AND', 'OR', 'XOR', 'DIV', ...comparisons()]);
const NEGATED: ReadonlySet<string> = new Set(comparisons());
const TRUTHS: ReadonlySet<string> = new Set(['NULL', 'TRUE', 'FALSE', 'UNKNOWN']);

function comparisons(): string[] {
  return ['IN', 'LIKE', 'ILIKE', 'RLIKE', 'REGEXP', 'BETWEEN', 'ESCAPE'];
}

/** An expression. Precedence is not kept: it does not change what the statement does. */
export function expression(cursor: TokenCursor): void {
  cursor.nested(() => {
    operands(cursor, true);
  });
}

/** An expression that ends before AND, as a bound of a window's frame does. */
export function bound(cursor: TokenCursor): void {
  cursor.nested(() => {
    operands(cursor, false);
  });
}

function operands(cursor: TokenCursor, hasAnd: boolean): void {
  operand(cursor);
  while (operator(cursor, hasAnd)) operand(cursor);
}

function operand(cursor: TokenCursor): void {
  while (cursor.seesOneOf(PREFIXES) && !isNameHere(cursor)) cursor.take();
  primary(cursor);
  postfixes(cursor);
}

/** `NOT` may be a name: where nothing follows that could be denied. */
function isNameHere(cursor: TokenCursor): boolean {
  const { kind, key } = cursor.peek(1);
  return cursor.sees('NOT') && (kind === 'end' || [',', ')', '.', 'FROM'].includes(key));
}

/** Goes past an operator; false where the expression ends. */
function operator(cursor: TokenCursor, hasAnd: boolean): boolean {
  if (cursor.sees('AND') && !hasAnd) return false;
  if (cursor.accept('IS')) {
    cursor.accept('NOT');
    if (cursor.accept('DISTINCT', 'FROM')) return true;
    if (!cursor.acceptOneOf(TRUTHS)) cursor.fail();
    postfixes(cursor);
    return operator(cursor, hasAnd);
  }
  if (cursor.sees('NOT') && cursor.seesOneOf(NEGATED, 1)) cursor.take();
  if (cursor.acceptOneOf(OPERATOR_WORDS)) return true;
  if (cursor.sees('|') && seesPipe(cursor, 1)) return false;
  if (!cursor.acceptOneOf(SIGNS)) return false;
  // The signs that begin with `>` and `!` come apart: `>=`, `>>`, `>>>`, `!<`, `!>`.
  while (cursor.sees('>') || cursor.sees('=') || cursor.sees('<')) cursor.take();
  return true;
}

function postfixes(cursor: TokenCursor): void {
  while (postfix(cursor));
}

function postfix(cursor: TokenCursor): boolean {
  if (cursor.sees('.') && (seesName(cursor, 1) || cursor.sees('.', '*'))) {
    cursor.take();
    if (!cursor.accept('*')) namePart(cursor);
    return true;
  }
  if (cursor.accept('[')) {
    if (!cursor.accept('*')) cursor.grammar.expression(cursor);
    cursor.expect(']');
    return true;
  }
  if (cursor.accept('::') || cursor.accept('?', '::')) {
    dataType(cursor);
    return true;
  }
  if (cursor.sees(':') && (seesName(cursor, 1) || cursor.sees(':', '['))) {
    cursor.take();
    if (seesName(cursor)) cursor.take();
    return true;
  }
  if (cursor.sees('COLLATE') && seesName(cursor, 1)) {
    cursor.take();
    cursor.take();
    while (cursor.accept('.')) cursor.take();
    return true;
  }
  return false;
}
