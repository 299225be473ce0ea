import { columnAlias } from './alias.ts';
import { arePlainOptions, type OptionReader, optionReader } from './function-options.ts';
import { noteCall, seesName, tableName } from './names.ts';
import { arrangement, sortItems, window } from './ordering.ts';
import { seesQuery } from './query-start.ts';
import type { TokenCursor } from './token-cursor.ts';

const SIDES: ReadonlySet<string> = new Set(['BOTH', 'LEADING', 'TRAILING']);
/** Words between the arguments of `EXTRACT`, `SUBSTRING`, `OVERLAY`, `TRIM`. */
const SEPARATORS: ReadonlySet<string> = new Set(['FROM', 'FOR', 'PLACING']);

/** A call, whose function's name has been read, with what may follow it: FILTER, OVER, … */
export function callOf(cursor: TokenCursor, parts: readonly string[]): void {
  const reader = optionReader(parts);
  const count = callArguments(cursor, reader);
  noteCall(cursor, parts, Math.min(count, reader?.before ?? count));
  if (cursor.accept('WITHIN', 'GROUP')) {
    cursor.expect('(', 'ORDER', 'BY');
    sortItems(cursor);
    cursor.expect(')');
  }
  if (cursor.accept('FILTER', '(')) {
    cursor.expect('WHERE');
    cursor.grammar.expression(cursor);
    cursor.expect(')');
  }
  nullTreatment(cursor);
  if (cursor.sees('OVER') && (seesName(cursor, 1) || cursor.sees('OVER', '('))) {
    cursor.take();
    window(cursor);
  }
}

/**
 * The arguments in their parentheses; gives their number. Those that hold the options of `reader` are maps of literals.
 */
export function callArguments(cursor: TokenCursor, reader?: OptionReader): number {
  return cursor.nested(() => {
    let count = 0;
    cursor.expect('(');
    if (!cursor.sees(')')) {
      const isQuantified =
        (cursor.sees('DISTINCT') || cursor.sees('ALL')) && ![',', ')', '.'].includes(cursor.peek(1).key);
      if (isQuantified) cursor.take();
      cursor.list(() => {
        if (reader === undefined || count < reader.before) argument(cursor);
        else options(cursor, reader);
        count++;
      });
    }
    cursor.expect(')');
    return count;
  });
}

function options(cursor: TokenCursor, { allowed, reach }: OptionReader): void {
  if (
    !arePlainOptions(
      cursor.passed(() => argument(cursor)),
      allowed,
    )
  )
    cursor.reaches.push(reach);
}

function nullTreatment(cursor: TokenCursor): void {
  if (!cursor.accept('IGNORE', 'NULLS')) cursor.accept('RESPECT', 'NULLS');
}

function argument(cursor: TokenCursor): void {
  if (seesName(cursor) && cursor.peek(1).key === '=>') {
    cursor.take();
    cursor.take();
  }
  if (cursor.sees('TABLE') && (seesName(cursor, 1) || cursor.sees('TABLE', '('))) return tableArgument(cursor);
  if (seesQuery(cursor)) return cursor.grammar.query(cursor);
  if (cursor.seesOneOf(SIDES) && ![',', ')', '.', '('].includes(cursor.peek(1).key)) {
    cursor.take();
    cursor.accept('FROM');
  }
  cursor.grammar.expression(cursor);
  while (cursor.acceptOneOf(SEPARATORS)) cursor.grammar.expression(cursor);
  nullTreatment(cursor);
  columnAlias(cursor);
}

/** `TABLE t`, `TABLE(SELECT …) PARTITION BY a ORDER BY b`, `TABLE(t) WITH SINGLE PARTITION`. */
function tableArgument(cursor: TokenCursor): void {
  cursor.expect('TABLE');
  if (cursor.accept('(')) {
    if (seesQuery(cursor) || cursor.sees('(')) cursor.grammar.query(cursor);
    else tableName(cursor);
    cursor.expect(')');
  } else tableName(cursor);
  if (cursor.accept('WITH')) cursor.expect('SINGLE', 'PARTITION');
  // A list of columns may stand in parentheses or not; without them the comma belongs to the arguments.
  for (;;) {
    if (cursor.accept('PARTITION', 'BY') || cursor.accept('DISTRIBUTE', 'BY')) cursor.grammar.expression(cursor);
    else if (cursor.accept('WITH', 'SINGLE', 'PARTITION')) continue;
    else if (!arrangement(cursor)) return;
  }
}
