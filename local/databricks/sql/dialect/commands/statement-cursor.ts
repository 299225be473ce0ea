import { nameOfPart } from './identifier-part.ts';
import { syntaxErrorAt, tokensOf, type Token } from '../polyglot.ts';
import { unsupported, type SqlError } from '../../sql-error.ts';

const OPENING = new Set(['(', '<', '[']);
const CLOSING = new Set([')', '>', ']']);

/** Reads a statement token by token; comments are skipped. */
export class StatementCursor {
  readonly #sql: string;
  readonly #characters: string[];
  readonly #tokens: Token[];
  #index = 0;

  constructor(sql: string) {
    this.#sql = sql;
    // Places are counted in code points.
    this.#characters = Array.from(sql);
    this.#tokens = tokensOf(sql);
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#tokens.length;
  }

  /** The next token as it is written; empty at the end. */
  peek(ahead = 0): string {
    return this.#textOf(this.#tokens[this.#index + ahead]);
  }

  /** Takes words or signs, if they are the next ones, whatever their case. */
  accept(...words: string[]): boolean {
    if (!words.every((word, index) => this.peek(index).toLowerCase() === word)) return false;
    this.#index += words.length;
    return true;
  }

  /** @throws {@link SqlError} PARSE_SYNTAX_ERROR when others are next */
  expect(...words: string[]): void {
    if (!this.accept(...words)) throw this.syntaxError();
  }

  /** The next token as it is written. */
  take(): string {
    const text = this.peek();
    if (text === '') throw this.syntaxError();
    this.#index++;
    return text;
  }

  /** An identifier, without its quotes. */
  identifier(): string {
    const name = nameOfPart(this.peek());
    if (name === undefined) throw this.syntaxError();
    this.#index++;
    return name;
  }

  /** A name of one to `most` parts, without quotes. */
  name(most = 3): string[] {
    const parts = [this.identifier()];
    while (parts.length < most && this.accept('.')) parts.push(this.identifier());
    return parts;
  }

  /** A string literal's value. */
  string(): string {
    const token = this.#tokens[this.#index];
    if (token?.type.endsWith('STRING') !== true) throw this.syntaxError();
    this.#index++;
    return token.text;
  }

  isString(): boolean {
    return this.#tokens[this.#index]?.type.endsWith('STRING') === true;
  }

  /** What stands in parentheses, as it is written. */
  parenthesised(): string {
    if (this.peek() !== '(') throw this.syntaxError();
    const first = this.#tokens[this.#index];
    this.#skipBrackets();
    const last = this.#tokens[this.#index - 1];
    return this.#slice(first?.end ?? 0, last?.start ?? 0);
  }

  /** What stands before the next of some words, as it is written; brackets are taken whole. */
  until(...words: string[]): string {
    const start = this.#tokens[this.#index]?.start ?? this.#characters.length;
    let end = start;
    while (!this.isAtEnd && !words.includes(this.peek().toLowerCase())) {
      this.#skipBrackets();
      end = this.#tokens[this.#index - 1]?.end ?? end;
    }
    return this.#slice(start, end);
  }

  /** Everything that is left, as it is written. */
  rest(): string {
    const start = this.#tokens[this.#index]?.start ?? this.#characters.length;
    this.#index = this.#tokens.length;
    return this.#slice(start, this.#characters.length).replace(/[\s;]+$/, '');
  }

  /** @throws {@link SqlError} when the statement goes on with what is not understood */
  end(): void {
    this.accept(';');
    if (!this.isAtEnd) throw this.syntaxError();
  }

  syntaxError(): SqlError {
    const token = this.#tokens[this.#index];
    return syntaxErrorAt(
      this.#sql,
      token === undefined ? undefined : this.#textOf(token),
      this.#slice(0, token?.start ?? this.#characters.length),
    );
  }

  /** What the local warehouse does not do, by the words that are next. */
  unsupported(before = ''): SqlError {
    return unsupported(
      [before, this.peek(), /^\w+$/.test(this.peek(1)) ? this.peek(1) : ''].join(' ').trim().toUpperCase(),
    );
  }

  #skipBrackets(): void {
    let depth = 0;
    do {
      const text = this.take();
      // The tokenizer takes `>>` of nested types for one sign.
      for (const sign of /^[<>]+$/.test(text) ? text : [text]) {
        if (OPENING.has(sign)) depth++;
        if (CLOSING.has(sign)) depth--;
      }
    } while (depth > 0);
  }

  #textOf(token: Token | undefined): string {
    return token !== undefined ? this.#slice(token.start, token.end) : '';
  }

  #slice(start: number, end: number): string {
    return this.#characters.slice(start, end).join('');
  }
}
