import { isPlainTableOption } from './functions.ts';
import { name } from './names.ts';
import type { TokenCursor } from './token-cursor.ts';
import { literalText } from './tokens.ts';

const VERSIONS: ReadonlySet<string> = new Set(['VERSION', 'SYSTEM_VERSION', 'TIMESTAMP', 'SYSTEM_TIME']);
/** Whether the bound of a range of versions is part of it. */
const BOUNDS: ReadonlySet<string> = new Set(['INCLUSIVE', 'EXCLUSIVE']);

/**
 * What of a table is read: `VERSION AS OF 1`, `FOR TIMESTAMP AS OF '…'`, `@v1`, `CHANGES FROM VERSION 1`, `WITH
 * ('option' = 'value')`.
 */
export function tableVersion(cursor: TokenCursor): void {
  if (cursor.accept('@')) cursor.take();
  const from = cursor.sees('FOR') ? 1 : 0;
  if (cursor.seesOneOf(VERSIONS, from) && cursor.peek(from + 1).key === 'AS' && cursor.peek(from + 2).key === 'OF') {
    for (let taken = 0; taken < from + 3; taken++) cursor.take();
    cursor.grammar.expression(cursor);
  } else if (cursor.sees('CHANGES', 'FROM') && cursor.seesOneOf(VERSIONS, 2)) changes(cursor);
  if (cursor.accept('WITH')) cursor.parenthesised(option);
}

/** `CHANGES FROM VERSION 1 EXCLUSIVE TO VERSION 2` */
function changes(cursor: TokenCursor): void {
  cursor.expect('CHANGES', 'FROM');
  changesBound(cursor);
  if (cursor.accept('TO')) changesBound(cursor);
}

function changesBound(cursor: TokenCursor): void {
  if (!cursor.acceptOneOf(VERSIONS)) cursor.fail('VERSION or TIMESTAMP expected');
  cursor.grammar.bound(cursor);
  cursor.acceptOneOf(BOUNDS);
}

function option(cursor: TokenCursor): void {
  const { kind, text } = cursor.peek();
  const key = kind === 'string' ? literalText(cursor.take().text) : name(cursor).join('.');
  if (key === undefined || !isPlainTableOption(key)) {
    const label = `the table option ${text.slice(0, 100)}`;
    cursor.reaches.push({ name: 'table_options', label, rule: 'table-option' });
  }
  // The sign between an option and its value may be left out.
  cursor.accept('=');
  if (!cursor.sees(',') && !cursor.sees(')')) cursor.grammar.expression(cursor);
}
