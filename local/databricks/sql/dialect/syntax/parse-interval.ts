import type { Expr, IntervalPart } from './ast.ts';
import type { Cursor } from './cursor.ts';

type Unit = IntervalPart['from'];

const UNITS: Readonly<Record<string, Unit>> = {
  YEAR: 'YEAR',
  YEARS: 'YEAR',
  MONTH: 'MONTH',
  MONTHS: 'MONTH',
  WEEK: 'WEEK',
  WEEKS: 'WEEK',
  DAY: 'DAY',
  DAYS: 'DAY',
  HOUR: 'HOUR',
  HOURS: 'HOUR',
  MINUTE: 'MINUTE',
  MINUTES: 'MINUTE',
  SECOND: 'SECOND',
  SECONDS: 'SECOND',
  MILLISECOND: 'MILLISECOND',
  MILLISECONDS: 'MILLISECOND',
  MICROSECOND: 'MICROSECOND',
  MICROSECONDS: 'MICROSECOND',
};

/** `INTERVAL '1' DAY`, `INTERVAL 1 DAY 2 HOURS`, `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '3 days'`; undefined if it is a name. */
export function intervalIn(cursor: Cursor): Expr | undefined {
  const mark = cursor.mark();
  cursor.expectWords('INTERVAL');
  const { kind, value } = cursor.peek();
  if (kind === 'string' && unitAt(cursor, 1) === undefined) {
    const parts = textParts(value);
    if (parts !== undefined) {
      cursor.next();
      return { kind: 'interval', parts };
    }
  }
  const parts: IntervalPart[] = [];
  while (startsValue(cursor)) {
    const part = partIn(cursor);
    if (part === undefined) break;
    parts.push(part);
  }
  if (parts.length > 0) return { kind: 'interval', parts };
  cursor.rewind(mark);
  return undefined;
}

function startsValue(cursor: Cursor): boolean {
  const { kind } = cursor.peek();
  if (kind === 'number' || kind === 'string' || kind === 'quoted' || kind === 'word')
    return unitAt(cursor, 0) === undefined || kind !== 'word';
  return ['(', '-', '+', ':'].some((symbol) => cursor.isSymbol(symbol));
}

function partIn(cursor: Cursor): IntervalPart | undefined {
  const mark = cursor.mark();
  const value = cursor.value(ADDITIVE_OPERANDS);
  const from = unitAt(cursor, 0);
  if (from === undefined) {
    cursor.rewind(mark);
    return undefined;
  }
  cursor.next();
  const to = cursor.isWord('TO') ? unitAt(cursor, 1) : undefined;
  if (to === undefined || to === 'WEEK' || to === 'MILLISECOND' || to === 'MICROSECOND') return { value, from };
  cursor.next();
  cursor.next();
  return { value, from, to };
}

/** The level of precedence of a signed value; see `valueIn`. */
const ADDITIVE_OPERANDS = 7;

function unitAt(cursor: Cursor, ahead: number): Unit | undefined {
  const { kind, value } = cursor.peek(ahead);
  return kind === 'word' && Object.hasOwn(UNITS, value) ? UNITS[value] : undefined;
}

/** `3 days 2 hours` in one text. */
function textParts(text: string): IntervalPart[] | undefined {
  const found = [...text.matchAll(/([+-]?\s*\d+(?:\.\d+)?)\s+([a-z]+)/gi)];
  const rest = text.replaceAll(/([+-]?\s*\d+(?:\.\d+)?)\s+([a-z]+)/gi, '').trim();
  if (found.length === 0 || (rest !== '' && !/^interval$/i.test(rest))) return undefined;
  const parts = found.map(([, number = '', unit = '']) => ({
    value: { kind: 'string' as const, value: number.replaceAll(/\s/g, '') },
    from: UNITS[unit.toUpperCase()],
  }));
  return parts.every(
    (part): part is { value: { kind: 'string'; value: string }; from: Unit } => part.from !== undefined,
  )
    ? parts
    : undefined;
}
