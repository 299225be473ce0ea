import { positionalName, type SqlParameter } from '../../engine/parameters.ts';
import { unboundParameter } from '../../errors.ts';
import { SqlError } from '../../sql-error.ts';
import { tokensOf, type Token } from '../polyglot.ts';

/** A statement whose IDENTIFIER clauses are names, and the parameters that are left. */
interface Resolved {
  text: string;
  parameters: readonly SqlParameter[];
}

/**
 * Puts names in place of `IDENTIFIER('name')`, `IDENTIFIER(:parameter)`, `IDENTIFIER(?)` and texts of them joined by `||`.
 * @throws {@link SqlError} INVALID_IDENTIFIER, UNBOUND_SQL_PARAMETER, NOT_A_CONSTANT_STRING
 */
export function resolveIdentifierClauses(text: string, parameters: readonly SqlParameter[]): Resolved {
  if (!/\bidentifier\s*\(/i.test(text)) return { text, parameters };
  const clauses = new IdentifierClauses(text, parameters);
  return clauses.resolved();
}

class IdentifierClauses {
  readonly #characters: string[];
  readonly #tokens: Token[];
  readonly #parameters: readonly SqlParameter[];
  readonly #used = new Set<SqlParameter>();
  #position = 0;

  constructor(text: string, parameters: readonly SqlParameter[]) {
    this.#characters = Array.from(text);
    this.#tokens = tokensOf(text);
    this.#parameters = parameters;
  }

  resolved(): Resolved {
    let text = '';
    let end = 0;
    for (let index = 0; index < this.#tokens.length; index++) {
      if (this.#word(index) === '?') this.#position++;
      if (this.#word(index).toLowerCase() !== 'identifier' || this.#word(index + 1) !== '(') continue;
      const last = this.#closing(index + 1);
      text += this.#slice(end, this.#tokens[index]?.start ?? 0) + named(this.#value(index + 2, last));
      end = this.#tokens[last]?.end ?? end;
      index = last;
    }
    const isLeft = (parameter: SqlParameter): boolean => Boolean(parameter.name) || !this.#used.has(parameter);
    return { text: text + this.#slice(end, this.#characters.length), parameters: this.#parameters.filter(isLeft) };
  }

  /** The text that the tokens from one place to another make. */
  #value(from: number, to: number): string {
    let value = '';
    for (let index = from; index < to; index++) {
      const token = this.#tokens[index];
      const word = this.#word(index);
      if (token?.type.endsWith('STRING') === true) value += token.text;
      else if (word === ':') value += this.#parameter(this.#word(++index).replaceAll('`', ''));
      else if (word === '?') value += this.#parameter(positionalName(++this.#position));
      else if (word !== '||')
        throw new SqlError(
          'NOT_A_CONSTANT_STRING.NOT_CONSTANT',
          '42601',
          'The expression of the IDENTIFIER clause must be a constant string.',
        );
    }
    return value;
  }

  #parameter(name: string): string {
    const bound = this.#parameters.find(
      (parameter, index) => (parameter.name || positionalName(index + 1)).toLowerCase() === name.toLowerCase(),
    );
    if (bound === undefined) throw unboundParameter(name);
    this.#used.add(bound);
    if (bound.value === undefined || bound.value === null)
      throw new SqlError(
        'NOT_A_CONSTANT_STRING.NULL',
        '42601',
        'The expression of the IDENTIFIER clause must not be NULL.',
      );
    return bound.value;
  }

  #closing(opening: number): number {
    let depth = 0;
    for (let index = opening; index < this.#tokens.length; index++) {
      if (this.#word(index) === '(') depth++;
      if (this.#word(index) === ')' && --depth === 0) return index;
    }
    return this.#tokens.length;
  }

  #word(index: number): string {
    const token = this.#tokens[index];
    return token !== undefined ? this.#slice(token.start, token.end) : '';
  }

  #slice(start: number, end: number): string {
    return this.#characters.slice(start, end).join('');
  }
}

function named(text: string): string {
  if (!/^\s*(?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+)){0,2}\s*$/.test(text))
    throw new SqlError('IDENTIFIER_TOO_MANY_NAME_PARTS', '42601', `${text} is not a valid identifier.`);
  return text.trim().replaceAll(/`[^`]+`|\w+/g, (part) => (part.startsWith('`') ? part : `\`${part}\``));
}
