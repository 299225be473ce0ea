import { computedName } from './computed-name.ts';
import { functionName } from './functions.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokens.ts';

/**
 * Table functions that take the name of a table as text, which may be one of files.
 * @see https://docs.databricks.com/sql/language-manual/functions/table_changes.html
 */
const NAMED_BY_TEXT: ReadonlySet<string> = new Set(['table_changes']);

/** Notes the name that the first argument of such a function comes to; `call` is the call from its parenthesis on. */
export function noteTableByText(cursor: TokenCursor, parts: readonly string[], call: readonly Token[]): void {
  if (!NAMED_BY_TEXT.has(functionName(parts))) return;
  const end = call.findIndex(({ key }) => key === ',' || key === ')');
  const first = call.slice(1, end);
  // A call within it has commas of its own.
  cursor.computedNames.push(first.some(({ key }) => key === '(') ? undefined : computedName(first));
}
