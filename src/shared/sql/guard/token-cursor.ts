import type { StatementFailedError } from '../sql-error.ts';
import type { ComputedName } from './computed-name.ts';
import type { Reach } from './deny-rules.ts';
import type { Token } from './tokens.ts';
import { unreadable } from './unreadable.ts';

/** The parts of the grammar that hold each other. */
export interface Grammar {
  query(cursor: TokenCursor): void;
  /** What may follow a query in parentheses: more arms, ordering, pipes. */
  restOfQuery(cursor: TokenCursor): void;
  expression(cursor: TokenCursor): void;
  /** An expression that ends before AND. */
  bound(cursor: TokenCursor): void;
}

/** Deeper than people write and programs generate; the server's own parser gives up at some depth, too. */
const MAX_DEPTH = 1_000;

/** Walks the tokens of one statement, and keeps what was found on the way. */
export class TokenCursor {
  readonly grammar: Grammar;
  /** Names that are made from parameters or by expressions. */
  readonly computedNames: ComputedName[] = [];
  /** Calls and relations that reach out of the query. */
  readonly reaches: Reach[] = [];
  /** Names of tables, and of functions with a schema, as far as they are not computed. */
  readonly tables: (readonly string[])[] = [];
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #position = 0;
  #depth = 0;

  constructor(text: string, tokens: readonly Token[], grammar: Grammar) {
    this.#text = text;
    this.#tokens = tokens;
    this.grammar = grammar;
    this.#end = { kind: 'end', key: '', text: '', at: text.length };
  }

  /** The token `ahead` places from here. */
  peek(ahead = 0): Token {
    return this.#tokens[this.#position + ahead] ?? this.#end;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind === 'end') this.fail();
    this.#position++;
    return token;
  }

  /** Whether words or signs come next, in this order. */
  sees(...keys: readonly string[]): boolean {
    return keys.every((key, ahead) => this.peek(ahead).key === key);
  }

  /** Whether one of `keys` comes `ahead` places from here. */
  seesOneOf(keys: ReadonlySet<string>, ahead = 0): boolean {
    return keys.has(this.peek(ahead).key);
  }

  /** Goes past words or signs if they come next, in this order. */
  accept(...keys: readonly string[]): boolean {
    if (!this.sees(...keys)) return false;
    this.#position += keys.length;
    return true;
  }

  /** Goes past one of `keys` if it comes next. */
  acceptOneOf(keys: ReadonlySet<string>): boolean {
    if (!this.seesOneOf(keys)) return false;
    this.#position++;
    return true;
  }

  expect(...keys: readonly string[]): void {
    for (const key of keys) if (!this.accept(key)) this.fail(`${key} expected`);
  }

  /** One or more of `part`, with commas between. */
  list(part: (cursor: this) => void): void {
    do part(this);
    while (this.accept(','));
  }

  /** A list in parentheses. */
  parenthesised(part: (cursor: this) => void): void {
    this.expect('(');
    this.list(part);
    this.expect(')');
  }

  /** Runs `part`; gives the tokens that it went past. */
  passed(part: () => void): readonly Token[] {
    const from = this.#position;
    part();
    return this.#tokens.slice(from, this.#position);
  }

  /** Runs `part` one level deeper. */
  nested<T>(part: () => T): T {
    if (++this.#depth > MAX_DEPTH) this.fail(`More than ${MAX_DEPTH} levels within each other`);
    const result = part();
    this.#depth--;
    return result;
  }

  /** @throws {StatementFailedError} always: the statement cannot be read from the next token on. */
  fail(reason = ''): never {
    throw this.failure(reason);
  }

  failure(reason: string): StatementFailedError {
    const { kind, text, at } = this.peek();
    const near = kind === 'end' ? 'at the end of the statement' : `at or near '${text.slice(0, 50)}'`;
    return unreadable(this.#text, at, `Syntax error ${near}${reason === '' ? '' : `: ${reason}`}`);
  }
}
