import { callOf } from './function-call.ts';
import { dataType } from './data-type.ts';
import { name, seesName } from './names.ts';
import { parenthesisedExpression } from './parentheses.ts';
import type { TokenCursor } from './token-cursor.ts';

const CASTS: ReadonlySet<string> = new Set(['CAST', 'TRY_CAST']);
const UNITS: ReadonlySet<string> = new Set(
  [
    'NANOSECOND MICROSECOND MILLISECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR',
    'NANOSECONDS MICROSECONDS MILLISECONDS SECONDS MINUTES HOURS DAYS WEEKS MONTHS QUARTERS YEARS',
  ]
    .join(' ')
    .split(' '),
);

/** A literal, a parameter, a name, a call, or anything in parentheses. */
export function primary(cursor: TokenCursor): void {
  const { kind, key } = cursor.peek();
  if (kind === 'string') strings(cursor);
  else if (kind === 'number') cursor.take();
  else if (key === '(') parenthesisedExpression(cursor);
  else if (key === '*' || key === '?') cursor.take();
  else if (key === ':') parameter(cursor);
  else if (kind === 'word' || kind === 'quoted') named(cursor);
  else cursor.fail();
}

/** Strings side by side are one. */
function strings(cursor: TokenCursor): void {
  while (cursor.peek().kind === 'string') cursor.take();
}

function parameter(cursor: TokenCursor): void {
  cursor.expect(':');
  if (!seesName(cursor) && cursor.peek().kind !== 'number') cursor.fail('a parameter’s name expected');
  cursor.take();
}

function named(cursor: TokenCursor): void {
  if (cursor.sees('CASE') && isCase(cursor)) return caseOf(cursor);
  if (cursor.seesOneOf(CASTS) && cursor.peek(1).key === '(') return cast(cursor);
  if (cursor.sees('INTERVAL') && isInterval(cursor)) return interval(cursor);
  // `DATE '2024-01-01'`: any type's name may stand before a string.
  if (cursor.peek().kind === 'word' && cursor.peek(1).kind === 'string') {
    cursor.take();
    return strings(cursor);
  }
  const parts = name(cursor);
  if (cursor.sees('(')) callOf(cursor, parts);
}

function isCase(cursor: TokenCursor): boolean {
  const { kind, key } = cursor.peek(1);
  return kind !== 'end' && ![',', ')', '.', 'FROM', '='].includes(key);
}

function caseOf(cursor: TokenCursor): void {
  cursor.expect('CASE');
  if (!cursor.sees('WHEN')) cursor.grammar.expression(cursor);
  while (cursor.accept('WHEN')) {
    cursor.grammar.expression(cursor);
    cursor.expect('THEN');
    cursor.grammar.expression(cursor);
  }
  if (cursor.accept('ELSE')) cursor.grammar.expression(cursor);
  cursor.expect('END');
}

function cast(cursor: TokenCursor): void {
  cursor.take();
  cursor.expect('(');
  cursor.grammar.expression(cursor);
  cursor.expect('AS');
  dataType(cursor);
  if (cursor.accept('FORMAT')) cursor.grammar.expression(cursor);
  cursor.expect(')');
}

function isInterval(cursor: TokenCursor): boolean {
  const { kind, key } = cursor.peek(1);
  if (kind === 'number' || kind === 'string' || ['-', '+'].includes(key)) return true;
  if (key === '?') return cursor.seesOneOf(UNITS, 2);
  if (key === ':') return cursor.seesOneOf(UNITS, 3);
  return kind === 'word' && cursor.seesOneOf(UNITS, 2);
}

/** `INTERVAL '1' DAY`, `INTERVAL 1 YEAR 2 MONTHS`, `INTERVAL '1-2' YEAR TO MONTH`. */
function interval(cursor: TokenCursor): void {
  cursor.expect('INTERVAL');
  do {
    if (!cursor.accept('-')) cursor.accept('+');
    primary(cursor);
    cursor.acceptOneOf(UNITS);
    if (cursor.accept('TO') && !cursor.acceptOneOf(UNITS)) cursor.fail();
  } while (goesOn(cursor));
}

function goesOn(cursor: TokenCursor): boolean {
  const isSigned = cursor.sees('-') || cursor.sees('+');
  const value = cursor.peek(isSigned ? 1 : 0).kind;
  return (value === 'number' || value === 'string') && cursor.seesOneOf(UNITS, isSigned ? 2 : 1);
}
