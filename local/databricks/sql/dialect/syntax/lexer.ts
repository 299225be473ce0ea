import { unescapeString } from './string-escapes.ts';

/** What a token is. */
export type TokenKind = 'word' | 'quoted' | 'string' | 'bytes' | 'number' | 'symbol' | 'end';

/** A token of Databricks SQL. `value` is what it stands for: a word in upper case, a quoted name or string without its quotes. */
export interface Token {
  kind: TokenKind;
  text: string;
  value: string;
  start: number;
  end: number;
}

const GAP = /(?:\s|--(?:[^\n\\]|\\(?!\n)|\\\n)*)+/y;
const NUMBER =
  /(?:(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?(?:BD|[DF])?|\d+(?:[eE][+-]?\d+)?(?:BD|[LSYDF])?)(?![\p{L}\p{N}_])/iuy;
const WORD = /[\p{L}_][\p{L}\p{N}_]*|\d[\p{L}\p{N}_]*/uy;
const QUOTED = /`(?:[^`]|``)+`/y;
const STRING = /([rR])?('(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*")/y;
const RAW_STRING = /[rR](?:'[^']*'|"[^"]*")/y;
const BYTES = /[xX](?:'([^']*)'|"([^"]*)")/y;
const SYMBOL = /<=>|\?::|->|=>|\|>|\|\||::|<>|!=|==|<=|>=|<<|!<|!>|[-+*/%&|^~<>=!()[\]{}.,;:?@]/y;

/** Where a text stops to be made of tokens: an offset. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
  readonly offset: number;

  constructor(offset: number) {
    super('The text is no SQL from here on.');
    this.offset = offset;
  }
}

/**
 * The tokens of a text; the last one is `end`. `>` always stands alone, since it may close a type as well as shift.
 * @throws {@link UnreadableText}
 */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let offset = afterGap(sql, 0);
  while (offset < sql.length) {
    const token = tokenAt(sql, offset);
    if (token === undefined) throw new UnreadableText(offset);
    tokens.push(token);
    offset = afterGap(sql, token.end);
  }
  tokens.push({ kind: 'end', text: '', value: '', start: sql.length, end: sql.length });
  return tokens;
}

/** Blanks, line comments and bracketed comments, which nest. */
function afterGap(sql: string, start: number): number {
  let offset = start;
  for (;;) {
    const gap = matchAt(GAP, sql, offset);
    if (gap !== null) offset += gap[0].length;
    else if (sql.startsWith('/*', offset)) offset = afterComment(sql, offset);
    else return offset;
  }
}

function afterComment(sql: string, start: number): number {
  let depth = 0;
  for (const { 0: mark, index } of sql.slice(start).matchAll(/\/\*|\*\//g)) {
    depth += mark === '/*' ? 1 : -1;
    if (depth === 0) return start + index + mark.length;
  }
  throw new UnreadableText(start);
}

function tokenAt(sql: string, start: number): Token | undefined {
  const made = (kind: TokenKind, text: string, value: string): Token => ({
    kind,
    text,
    value,
    start,
    end: start + text.length,
  });
  const bytes = matchAt(BYTES, sql, start);
  if (bytes !== null) return made('bytes', bytes[0], bytes[1] ?? bytes[2] ?? '');
  const raw = matchAt(RAW_STRING, sql, start);
  if (raw !== null) return made('string', raw[0], raw[0].slice(2, -1));
  const string = matchAt(STRING, sql, start);
  if (string !== null) return made('string', string[0], unescapeString(string[0]));
  const number = matchAt(NUMBER, sql, start);
  if (number !== null) return made('number', number[0], number[0].toUpperCase());
  const word = matchAt(WORD, sql, start);
  if (word !== null) return made('word', word[0], word[0].toUpperCase());
  const quoted = matchAt(QUOTED, sql, start);
  if (quoted !== null) return made('quoted', quoted[0], quoted[0].slice(1, -1).replaceAll('``', '`'));
  const symbol = matchAt(SYMBOL, sql, start);
  return symbol !== null ? made('symbol', symbol[0], symbol[0]) : undefined;
}

function matchAt(pattern: RegExp, sql: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(sql);
}
