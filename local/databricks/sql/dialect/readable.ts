import { parameterKey, positionalName } from '../parameters.ts';
import { tokensOf, type Token } from './polyglot.ts';

/**
 * A statement in words that the parser reads: positional parameters by name, parameters in backticks by their key, `LIMIT :n` in parentheses, casts for literals
 * of the newer timestamp types.
 */
export function readable(text: string): string {
  const sql = withoutBareDefault(text);
  if (!/\?|:`|timestamp_(?:ntz|ltz)|\b(?:limit|offset)\s*:/i.test(sql)) return sql;
  // Places are counted in code points.
  const characters = Array.from(sql);
  const textOf = ({ start, end }: Pick<Token, 'start' | 'end'>) => characters.slice(start, end).join('');
  const tokens = tokensOf(sql);
  let result = '';
  let end = 0;
  let position = 0;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    const next = tokens[index + 1];
    const word = textOf(token);
    let replacement = word;
    let last = token;
    // The tokenizer knows an operator `?::`.
    if (word.startsWith('?'))
      replacement = parameter(positionalName(++position), tokens[index - 1], textOf) + word.slice(1);
    else if (word === ':' && next && isLimit(tokens[index - 1], textOf)) {
      replacement = `(:${parameterNamed(textOf(next))})`;
      last = next;
    } else if (word === ':' && next?.start === token.end && textOf(next).startsWith('`')) {
      replacement = `:${parameterNamed(textOf(next))}`;
      last = next;
    } else if (/^timestamp_(?:ntz|ltz)$/i.test(word) && next?.type === 'STRING') {
      replacement = `CAST(${textOf(next)} AS ${word})`;
      last = next;
    }
    result += textOf({ start: end, end: token.start }) + replacement;
    end = last.end;
    if (last === next) index++;
  }
  return result + textOf({ start: end, end: characters.length });
}

/** In the name of what an UPDATE changes, the parser takes the schema `default` for the word of that name. */
function withoutBareDefault(text: string): string {
  return text.replace(/^(\s*update\s+(?:[\w`]+\s*\.\s*)?)default(?=\s*\.)/i, '$1`default`');
}

function parameter(name: string, before: Token | undefined, textOf: (token: Token) => string): string {
  return isLimit(before, textOf) ? `(:${name})` : `:${name}`;
}

/** A parameter's name as the translated statement has it; backticks inside of backticks stand twice. */
function parameterNamed(text: string): string {
  return text.startsWith('`') ? parameterKey(text.slice(1, -1).replaceAll('``', '`')) : text;
}

/** After a table's name the parser takes LIMIT for an alias, unless a number or a parenthesis follows. */
function isLimit(token: Token | undefined, textOf: (token: Token) => string): boolean {
  return token !== undefined && /^(?:limit|offset)$/i.test(textOf(token));
}
