import { unreadable } from './unreadable.ts';

/** A token as Spark's lexer makes it, with the operators that begin with `>` left apart. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'sign' | 'end';
  /** What the grammar compares: a word in upper case, or a sign; empty for all else. */
  readonly key: string;
  /** As written; quoted names without their quotes. */
  readonly text: string;
  /** Where it begins in the statement. */
  readonly at: number;
}

/** More than a list of 50,000 rows of six values; each costs memory. */
const MAX_TOKENS = 1_000_000;

/**
 * White space of Spark's lexer.
 * @see https://github.com/apache/spark/blob/v4.0.1/sql/api/src/main/antlr4/org/apache/spark/sql/catalyst/parser/SqlBaseLexer.g4
 */
const SPACE = /[ \t\n\f\r\v\u00A0\u1680\u2000-\u200A\u2028\u202F\u205F\u3000]+/y;
const WORD = /[\p{L}\d_]+/uy;
const ASCII = /^\w+$/;
const SIGN = /\/\*\+|\*\/|<=>|<>|<=|<<|!=|==|=>|->|\|\||\|>|::|[()[\],.:?*/+\-<>=!%&|^~@]/y;
/**
 * The forms of numbers, of which the longest counts. A number with a point is none where a letter follows at once; one
 * without a point ends where it ends: `1e+5INSERT` is a number and a word.
 */
const NUMBERS = [
  /\d+(?:BD|[LSYFD])?/iy,
  /\d+E[+-]?\d+(?:BD|[FD])?/iy,
  /(?:\d+\.\d*|\.\d+)(?:E[+-]?\d+)?(?:BD|[FD])?(?![A-Z\d_ıſ])/iy,
];

/**
 * The tokens of a text, comments and white space left out, as Spark's lexer finds them: hints are tokens, bracketed
 * comments nest, letters of other alphabets belong to words.
 * @throws {StatementFailedError} 422 where a literal or comment does not end, where the servers that may run the
 *   statement could read it in two ways (`${…}`, `://`, a comment line that goes on), or past a million tokens.
 */
export function tokensOf(text: string): Token[] {
  const substitution = text.indexOf('${');
  if (substitution >= 0) throw unreadable(text, substitution, "'${' is replaced before a statement is read");
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const end = hiddenEnd(text, at);
    if (end > at) {
      at = end;
      continue;
    }
    if (tokens.length === MAX_TOKENS) throw unreadable(text, at, `The statement has more than ${MAX_TOKENS} tokens`);
    const token = tokenAt(text, at);
    tokens.push(token.token);
    at = token.end;
  }
  return tokens;
}

/** The end of the white space or comment at `at`; `at` itself where there is none. */
function hiddenEnd(text: string, at: number): number {
  if (text.startsWith('--', at)) return lineEnd(text, at);
  if (text.startsWith('/*', at) && text[at + 2] !== '+') return blockEnd(text, at);
  return matchEnd(SPACE, text, at);
}

function lineEnd(text: string, at: number): number {
  const rest = /[\r\n]|$/g;
  rest.lastIndex = at;
  const end = rest.exec(text)?.index ?? text.length;
  if (text[end - 1] === '\\' && end < text.length)
    throw unreadable(text, end - 1, 'A backslash at the end of a comment line makes it go on');
  return end;
}

function blockEnd(text: string, at: number): number {
  const mark = /\/\*(?!\+)|\*\//g;
  mark.lastIndex = at;
  for (let depth = 0; ;) {
    const found = mark.exec(text);
    if (found === null) throw unreadable(text, at, 'A comment does not end');
    depth += found[0] === '*/' ? -1 : 1;
    if (depth === 0) return mark.lastIndex;
  }
}

function tokenAt(text: string, at: number): { token: Token; end: number } {
  const char = text[at] ?? '';
  if (char === "'" || char === '"') return quotedToken('string', text, at, stringEnd(text, at, char));
  if (char === '`') return quotedToken('quoted', text, at, nameEnd(text, at));
  const quote = text[at + 1];
  if ((char === 'r' || char === 'R') && (quote === "'" || quote === '"')) {
    const end = text.indexOf(quote, at + 2);
    if (end < 0) throw unreadable(text, at, 'A literal does not end');
    return quotedToken('string', text, at, end + 1);
  }
  const wordEnd = matchEnd(WORD, text, at);
  const numberEnd = /[\d.]/.test(char) ? Math.max(...NUMBERS.map((form) => matchEnd(form, text, at))) : at;
  if (numberEnd > at && numberEnd >= wordEnd) return plainToken('number', '', text, at, numberEnd);
  if (wordEnd > at) return plainToken('word', upperCase(text.slice(at, wordEnd)), text, at, wordEnd);
  if (text.startsWith('://', at)) throw unreadable(text, at, "'://' outside of quotes");
  if (char === ';') return plainToken('sign', ';', text, at, at + 1);
  const signEnd = matchEnd(SIGN, text, at);
  if (signEnd === at)
    throw unreadable(text, at, `Syntax error at or near '${String.fromCodePoint(text.codePointAt(at) ?? 0)}'`);
  return plainToken('sign', text.slice(at, signEnd), text, at, signEnd);
}

function plainToken(kind: Token['kind'], key: string, text: string, at: number, end: number) {
  return { token: { kind, key, text: text.slice(at, end), at }, end };
}

function quotedToken(kind: 'string' | 'quoted', text: string, at: number, end: number) {
  const inner = kind === 'quoted' ? text.slice(at + 1, end - 1).replaceAll('``', '`') : text.slice(at, end);
  return { token: { kind, key: '', text: inner, at }, end };
}

/** The text of a literal; undefined where escapes would have to be understood. */
export function literalText(literal: string): string | undefined {
  if (/^r/i.test(literal)) return literal.slice(2, -1);
  return literal.includes('\\') ? undefined : literal.slice(1, -1);
}

function stringEnd(text: string, at: number, quote: string): number {
  for (let index = at + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === quote) return index + 1;
  }
  throw unreadable(text, at, 'A literal does not end');
}

function nameEnd(text: string, at: number): number {
  for (let from = at + 1; ;) {
    const end = text.indexOf('`', from);
    if (end < 0) throw unreadable(text, at, 'A quoted name does not end');
    if (text[end + 1] !== '`') return end + 1;
    from = end + 2;
  }
}

function matchEnd(form: RegExp, text: string, at: number): number {
  form.lastIndex = at;
  return form.test(text) ? form.lastIndex : at;
}

/** Upper case as Spark's lexer has it, sign by sign: the long s and the dotless i stand for S and I. */
function upperCase(word: string): string {
  if (ASCII.test(word)) return word.toUpperCase();
  return word.replaceAll(/./gsu, (char) => (char.toUpperCase().length === char.length ? char.toUpperCase() : char));
}
