import type { Argument, Call, Expr, FrameBound, SortItem, Window } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { aliasIn, nameIn } from './names.ts';

type Frame = NonNullable<Window['frame']>;

/** A call whose name is behind the cursor: its arguments and what may follow them. */
export function callIn(cursor: Cursor, name: string[]): Call {
  const special = name.length === 1 ? specialCall(cursor, (name[0] ?? '').toUpperCase()) : undefined;
  const call: Call = special ?? plainCall(cursor, name);
  if (cursor.takeWords('WITHIN', 'GROUP')) {
    cursor.expectSymbol('(');
    cursor.expectWords('ORDER', 'BY');
    call.withinGroup = cursor.list(() => sortItemIn(cursor));
    cursor.expectSymbol(')');
  }
  if (cursor.isWord('FILTER') && cursor.isSymbol('(', 1)) {
    cursor.expectWords('FILTER');
    cursor.expectSymbol('(');
    cursor.expectWords('WHERE');
    call.filter = cursor.expression();
    cursor.expectSymbol(')');
  }
  call.nulls ??= nullsIn(cursor);
  if (cursor.takeWords('OVER')) call.over = cursor.isSymbol('(') ? windowIn(cursor) : nameIn(cursor);
  return call;
}

function plainCall(cursor: Cursor, name: string[]): Call {
  cursor.expectSymbol('(');
  const distinct = cursor.takeWords('DISTINCT');
  if (!distinct && !cursor.isSymbol(')', 1)) cursor.takeWords('ALL');
  const args = cursor.isSymbol(')') ? [] : cursor.list(() => argumentIn(cursor));
  const nulls = nullsIn(cursor);
  cursor.expectSymbol(')');
  return { kind: 'call', name, args, distinct, nulls };
}

function nullsIn(cursor: Cursor): 'IGNORE' | 'RESPECT' | undefined {
  if (cursor.takeWords('IGNORE', 'NULLS')) return 'IGNORE';
  return cursor.takeWords('RESPECT', 'NULLS') ? 'RESPECT' : undefined;
}

function argumentIn(cursor: Cursor): Argument {
  if (cursor.isSymbol('=>', 1)) {
    const name = nameIn(cursor);
    cursor.expectSymbol('=>');
    return { name, value: cursor.expression() };
  }
  const value = cursor.expression();
  const name = cursor.takeWords('AS') ? nameIn(cursor) : aliasIn(cursor);
  return name === undefined ? { value } : { name, value };
}

/** Functions that may have a word between their arguments. It is looked for first: to parse and go back doubles with each level. */
const SPECIAL: Readonly<Record<string, string>> = {
  EXTRACT: 'FROM',
  POSITION: 'IN',
  SUBSTRING: 'FROM',
  SUBSTR: 'FROM',
  TRIM: 'FROM',
  OVERLAY: 'PLACING',
};

/** Calls with words between their arguments. */
function specialCall(cursor: Cursor, name: string): Call | undefined {
  const word = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
  if (word === undefined || !cursor.hasWordInside(word)) return undefined;
  const mark = cursor.mark();
  cursor.expectSymbol('(');
  const args = specialArguments(cursor, name);
  if (args !== undefined && cursor.takeSymbol(')')) return made(...args);
  cursor.rewind(mark);
  return undefined;
}

const made = (name: string, ...values: Expr[]): Call => ({
  kind: 'call',
  name: [name],
  args: values.map((value) => ({ value })),
  distinct: false,
});

function specialArguments(cursor: Cursor, name: string): [string, ...Expr[]] | undefined {
  switch (name) {
    case 'EXTRACT': {
      const field = cursor.next();
      if (!cursor.takeWords('FROM')) return undefined;
      return ['extract', { kind: 'string', value: field.text }, cursor.expression()];
    }
    case 'POSITION': {
      const part = cursor.value();
      return cursor.takeWords('IN') ? ['position', part, cursor.value()] : undefined;
    }
    case 'SUBSTRING':
    case 'SUBSTR':
      return substringArguments(cursor, name.toLowerCase());
    case 'TRIM':
      return trimArguments(cursor);
    case 'OVERLAY':
      return overlayArguments(cursor);
    default:
      return undefined;
  }
}

function substringArguments(cursor: Cursor, name: string): [string, ...Expr[]] | undefined {
  const text = cursor.value();
  if (!cursor.takeWords('FROM')) return undefined;
  const from = cursor.value();
  return cursor.takeWords('FOR') ? [name, text, from, cursor.value()] : [name, text, from];
}

function trimArguments(cursor: Cursor): [string, ...Expr[]] | undefined {
  const side = cursor.takeOneOf('BOTH', 'LEADING', 'TRAILING');
  const name = side === 'LEADING' ? 'trim_leading' : side === 'TRAILING' ? 'trim_trailing' : 'trim_both';
  if (side !== undefined && cursor.takeWords('FROM')) return [name, cursor.expression()];
  const characters = cursor.value();
  return cursor.takeWords('FROM') ? [name, characters, cursor.expression()] : undefined;
}

function overlayArguments(cursor: Cursor): [string, ...Expr[]] | undefined {
  const text = cursor.value();
  if (!cursor.takeWords('PLACING')) return undefined;
  const replacement = cursor.value();
  cursor.expectWords('FROM');
  const from = cursor.value();
  return cursor.takeWords('FOR')
    ? ['overlay', text, replacement, from, cursor.value()]
    : ['overlay', text, replacement, from];
}

/** Reads an expression of ORDER BY. @throws {@link UnexpectedToken} */
export function sortItemIn(cursor: Cursor): SortItem {
  const value = cursor.expression();
  return { value, ...directionIn(cursor) };
}

/** `ASC | DESC`, `NULLS FIRST | LAST`. */
export function directionIn(cursor: Cursor): Pick<SortItem, 'descending' | 'nullsFirst'> {
  const descending = cursor.takeOneOf('ASC', 'DESC') === 'DESC';
  const place = cursor.takeWords('NULLS') ? cursor.takeOneOf('FIRST', 'LAST') : undefined;
  return { descending, nullsFirst: place === undefined ? undefined : place === 'FIRST' };
}

/** `( [name] PARTITION BY … ORDER BY … ROWS … )`. */
export function windowIn(cursor: Cursor): Window {
  cursor.expectSymbol('(');
  const startsClause = ['PARTITION', 'ORDER', 'ROWS', 'RANGE', 'DISTRIBUTE', 'SORT', 'CLUSTER'].some((word) =>
    cursor.isWord(word),
  );
  const base = startsClause ? undefined : aliasIn(cursor);
  const isPartitioned = cursor.takeWords('PARTITION', 'BY') || cursor.takeWords('DISTRIBUTE', 'BY');
  const partitionBy = isPartitioned ? cursor.list(() => cursor.expression()) : [];
  const isOrdered = cursor.takeWords('ORDER', 'BY') || cursor.takeWords('SORT', 'BY');
  const orderBy = isOrdered ? cursor.list(() => sortItemIn(cursor)) : [];
  const frame = frameIn(cursor);
  cursor.expectSymbol(')');
  return { base, partitionBy, orderBy, frame };
}

function frameIn(cursor: Cursor): Frame | undefined {
  const unit = cursor.takeOneOf('ROWS', 'RANGE');
  if (unit === undefined) return undefined;
  if (!cursor.takeWords('BETWEEN')) return { unit, start: boundIn(cursor), end: { kind: 'current' } };
  const start = boundIn(cursor);
  cursor.expectWords('AND');
  return { unit, start, end: boundIn(cursor) };
}

function boundIn(cursor: Cursor): FrameBound {
  if (cursor.takeWords('CURRENT', 'ROW')) return { kind: 'current' };
  const value = cursor.takeWords('UNBOUNDED') ? undefined : cursor.value();
  const direction = cursor.takeOneOf('PRECEDING', 'FOLLOWING');
  if (direction === undefined) throw cursor.unexpected();
  return value !== undefined ? { kind: 'offset', value, direction } : { kind: 'unbounded', direction };
}
