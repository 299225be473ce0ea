import type { Expr, Query } from './ast.ts';
import type { Token } from './lexer.ts';

/** The parser cannot go on at `token`: either the statement is wrong or it is beyond this parser. */
export class UnexpectedToken extends Error {
  override readonly name = 'UnexpectedToken';
  readonly token: Token;

  constructor(token: Token) {
    super(`Unexpected '${token.text}'.`);
    this.token = token;
  }
}

/** The rules of the grammar that others stand in. */
export interface Grammar {
  expression: (cursor: Cursor) => Expr;
  /** An expression without AND, OR, NOT and predicates, from a level of precedence on. */
  value: (cursor: Cursor, level?: number) => Expr;
  query: (cursor: Cursor) => Query;
}

/** The place of a parser within its tokens. */
export class Cursor {
  #index = 0;
  /** Where the positional parameters are, once one has been asked for. */
  #placeholders: number[] | undefined;
  readonly #tokens: readonly Token[];
  /** The tables that the statement names, in order. */
  readonly tables: string[][] = [];

  readonly #grammar: Grammar;

  constructor(tokens: readonly Token[], grammar: Grammar) {
    this.#tokens = tokens;
    this.#grammar = grammar;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new TypeError('There are no tokens.');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#index++;
    return token;
  }

  expression(): Expr {
    return this.#grammar.expression(this);
  }

  value(level?: number): Expr {
    return this.#grammar.value(this, level);
  }

  query(): Query {
    return this.#grammar.query(this);
  }

  /** A query in parentheses. */
  nestedQuery(): Query {
    this.expectSymbol('(');
    const query = this.query();
    this.expectSymbol(')');
    return query;
  }

  /** The place of the positional parameter that the cursor is behind, from 1. */
  position(): number {
    this.#placeholders ??= this.#tokens.flatMap(({ kind, value }, index) =>
      kind === 'symbol' && value === '?' ? [index] : [],
    );
    return this.#placeholders.indexOf(this.#index - 1) + 1;
  }

  /** Whether a word stands in the parentheses that begin here, outside of further ones and before a comma. */
  hasWordInside(word: string): boolean {
    let depth = 0;
    for (let ahead = 0; ; ahead++) {
      const { kind, value } = this.peek(ahead);
      if (kind === 'end') return false;
      if (depth === 1 && kind === 'word' && value === word) return true;
      if (kind !== 'symbol') continue;
      if (value === '(') depth++;
      else if (value === ')') depth--;
      if (depth === 0 || (depth === 1 && value === ',')) return false;
    }
  }

  /** Where the cursor stands, for {@link rewind}. */
  mark(): number {
    return this.#index;
  }

  rewind(mark: number): void {
    this.#index = mark;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.value === word;
  }

  isWords(...words: string[]): boolean {
    return words.every((word, index) => this.isWord(word, index));
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.value === symbol;
  }

  /** Goes past the words if they are all there. */
  takeWords(...words: string[]): boolean {
    if (!this.isWords(...words)) return false;
    this.#index += words.length;
    return true;
  }

  /** Goes past one of the words and returns it. */
  takeOneOf<const Word extends string>(...words: Word[]): Word | undefined {
    const found = words.find((word) => this.isWord(word));
    if (found !== undefined) this.#index++;
    return found;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.#index++;
    return true;
  }

  /** @throws {@link UnexpectedToken} */
  expectWords(...words: string[]): void {
    for (const word of words) if (!this.takeWords(word)) throw this.unexpected();
  }

  /** @throws {@link UnexpectedToken} */
  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected();
  }

  /** @throws {@link UnexpectedToken} */
  expectString(): string {
    const token = this.peek();
    if (token.kind !== 'string') throw this.unexpected();
    this.#index++;
    return token.value;
  }

  unexpected(): UnexpectedToken {
    return new UnexpectedToken(this.peek());
  }

  /** Items between commas, at least one. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeSymbol(',')) items.push(item());
    return items;
  }

  /** `(` items `)`. */
  parenthesised<T>(item: () => T): T[] {
    this.expectSymbol('(');
    const items = this.isSymbol(')') ? [] : this.list(item);
    this.expectSymbol(')');
    return items;
  }
}
