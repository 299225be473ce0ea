import { columnAlias } from './alias.ts';
import { argumentsBeforeOptions } from './functions.ts';
import { noteCall, reachFiles, seesName, tableName } from './names.ts';
import { arrangement, sortItems, window } from './ordering.ts';
import { seesQuery } from './query-start.ts';
import type { TokenCursor } from './token-cursor.ts';
import { literalText, type Token } from './tokens.ts';

const SIDES: ReadonlySet<string> = new Set(['BOTH', 'LEADING', 'TRAILING']);
/** Words between the arguments of `EXTRACT`, `SUBSTRING`, `OVERLAY`, `TRIM`. */
const SEPARATORS: ReadonlySet<string> = new Set(['FROM', 'FOR', 'PLACING']);

/** A call, whose function's name has been read, with what may follow it: FILTER, OVER, … */
export function callOf(cursor: TokenCursor, parts: readonly string[]): void {
  noteCall(cursor, parts, callArguments(cursor, argumentsBeforeOptions(parts)));
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

/** The arguments in their parentheses, of which those from `plainFrom` on are maps of literals; gives their number. */
export function callArguments(cursor: TokenCursor, plainFrom = Infinity): number {
  return cursor.nested(() => {
    let count = 0;
    cursor.expect('(');
    if (!cursor.sees(')')) {
      const isQuantified =
        (cursor.sees('DISTINCT') || cursor.sees('ALL')) && ![',', ')', '.'].includes(cursor.peek(1).key);
      if (isQuantified) cursor.take();
      cursor.list(() => {
        if (count < plainFrom) argument(cursor);
        else if (!isPlainMap(cursor.passed(() => argument(cursor)))) reachFiles(cursor, 'by a computed option');
        count++;
      });
    }
    cursor.expect(')');
    return count;
  });
}

/** `map('key', 'value', …)`: an option is named by nothing but one literal that means what it says. */
function isPlainMap(tokens: readonly Token[]): boolean {
  const [map, open, ...rest] = tokens;
  if (map?.key !== 'MAP' || open?.key !== '(' || rest.at(-1)?.key !== ')') return false;
  return rest.every(({ kind, key, text }, index) => {
    const isPlace = index % 2 === 0;
    if (index === rest.length - 1) return true;
    return isPlace ? kind === 'number' || (kind === 'string' && literalText(text) !== undefined) : key === ',';
  });
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
