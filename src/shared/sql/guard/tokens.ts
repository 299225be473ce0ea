import { StatementFailedError } from '../sql-error.ts';

/** A token of a statement, as far as telling statements apart needs it; literals, numbers and operators are `other`. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'other';
  /** Words in upper case; quoted identifiers as they are, without the quotes. */
  readonly text: string;
  /** How many parentheses are open around it; a parenthesis counts as outside of itself. */
  readonly depth: number;
}

/** One alternative a form of token; the first that matches wins. @see https://spark.apache.org/docs/latest/sql-ref-literals.html */
const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<line>--[^\r\n]*)`,
    String.raw`(?<block>/\*[\s\S]*?\*/)`,
    String.raw`(?<raw>[rR](?:'[^']*'|"[^"]*"))`,
    String.raw`(?<literal>'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*'|"[^"\\]*(?:(?:\\[\s\S]|"")[^"\\]*)*")`,
    '`(?<quoted>(?:[^`]|``)*)`',
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(?<number>\d[\p{L}\p{N}_.]*)`,
    '(?<open>[\'"`]|/\\*)',
    String.raw`(?<other>[\s\S])`,
  ].join('|'),
  'suy',
);

/** Far above anything written by people, and by most programs; each costs memory and time of everybody's. */
const MAX_TOKENS = 500_000;

/**
 * The statements of a text, each as its tokens; empty ones are left out. What may be read in two ways (a comment that
 * opens inside a comment, a comment line that goes on) and what does not end is refused with StatementFailedError:
 * the warehouse could see another statement in it than the gateway does.
 */
export function statementsOf(text: string): Token[][] {
  const statements: Token[][] = [[]];
  let depth = 0;
  let count = 0;
  for (const { groups = {} } of matches(text)) {
    checkComment(groups);
    if (groups['open'] !== undefined) throw unreadable('A quote or comment does not end.');
    if (groups['space'] !== undefined || groups['line'] !== undefined || groups['block'] !== undefined) continue;
    if (++count > MAX_TOKENS) throw unreadable(`The statement has more than ${MAX_TOKENS} words and signs.`);
    if (groups['other'] === ';') {
      statements.push([]);
      depth = 0;
      continue;
    }
    if (groups['other'] === ')') depth--;
    statements.at(-1)?.push({ ...tokenOf(groups), depth });
    if (groups['other'] === '(') depth++;
  }
  return statements.filter((tokens) => tokens.length > 0);
}

function* matches(text: string): Generator<RegExpExecArray> {
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = matchAt(text);
    if (match === null) return;
    yield match;
    at += match[0].length;
  }
}

function matchAt(text: string): RegExpExecArray | null {
  try {
    return TOKEN.exec(text);
  } catch {
    throw unreadable('A literal holds too many escapes.');
  }
}

function checkComment({ line, block, literal }: Record<string, string>): void {
  if (line?.endsWith('\\'))
    throw unreadable('A comment line ends with a backslash, which continues it on some servers.');
  if (block?.includes('/*', 2)) throw unreadable('A comment opens inside a comment.');
  if (literal?.startsWith('"') && literal.includes('\\"')) {
    throw unreadable('A double-quoted text holds a backslash before a quote; put it in single quotes.');
  }
}

function tokenOf(groups: Record<string, string>): Pick<Token, 'kind' | 'text'> {
  if (groups['word'] !== undefined) return { kind: 'word', text: groups['word'].toUpperCase() };
  if (groups['quoted'] !== undefined) return { kind: 'quoted', text: groups['quoted'] };
  return { kind: 'other', text: groups['other'] ?? '' };
}

function unreadable(message: string): StatementFailedError {
  return new StatementFailedError(message, { code: 'STATEMENT_UNREADABLE', sqlState: '42601' });
}
