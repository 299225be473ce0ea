import { unsupported } from '../../sql-error.ts';
import { positionalName, parameterKey } from '../../engine/parameters.ts';
import type { Expr } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { startsQuery } from './query-start.ts';
import { nameIn, qualifiedNameIn } from './names.ts';
import { callIn } from './parse-call.ts';
import { intervalIn } from './parse-interval.ts';
import { typeIn } from './parse-type.ts';

const TYPED = ['DATE', 'TIMESTAMP', 'TIMESTAMP_NTZ', 'TIMESTAMP_LTZ'] as const;
/** Functions that are called without parentheses. */
const BARE_CALLS = new Set([
  'CURRENT_DATE',
  'CURRENT_TIMESTAMP',
  'CURRENT_USER',
  'SESSION_USER',
  'USER',
  'LOCALTIMESTAMP',
]);

/** What an expression is made of: a literal, a name, a call, a subquery, an expression in parentheses. */
export function primaryIn(cursor: Cursor): Expr {
  const token = cursor.peek();
  switch (token.kind) {
    case 'number':
      cursor.next();
      return { kind: 'number', text: token.value };
    case 'string':
      return { kind: 'string', value: adjacentStrings(cursor) };
    case 'bytes':
      cursor.next();
      return { kind: 'bytes', hex: token.value };
    case 'quoted':
      return namedIn(cursor);
    case 'word':
      return wordIn(cursor);
    case 'symbol':
      return symbolIn(cursor);
    default:
      throw cursor.unexpected();
  }
}

/** `'a' 'b'` is one string. */
function adjacentStrings(cursor: Cursor): string {
  let value = cursor.expectString();
  while (cursor.peek().kind === 'string') value += cursor.expectString();
  return value;
}

function wordIn(cursor: Cursor): Expr {
  const word = cursor.peek().value;
  const typed = TYPED.find((type) => type === word);
  if (typed !== undefined && cursor.peek(1).kind === 'string') {
    cursor.next();
    return { kind: 'typed', type: typed, text: cursor.expectString() };
  }
  if (word === 'TIME' && cursor.peek(1).kind === 'string') throw unsupported('The type TIME');
  const constant = cursor.takeOneOf('NULL', 'TRUE', 'FALSE');
  if (constant !== undefined)
    return constant === 'NULL' ? { kind: 'null' } : { kind: 'boolean', value: constant === 'TRUE' };
  if (word === 'INTERVAL') {
    const interval = intervalIn(cursor);
    if (interval !== undefined) return interval;
  }
  if (word === 'CASE' && !cursor.isSymbol('.', 1)) return caseIn(cursor);
  if ((word === 'CAST' || word === 'TRY_CAST') && cursor.isSymbol('(', 1)) return castIn(cursor);
  if (word === 'EXISTS' && cursor.isSymbol('(', 1) && startsQuery(cursor, 2)) return existsIn(cursor);
  if (BARE_CALLS.has(word) && !cursor.isSymbol('(', 1) && !cursor.isSymbol('.', 1)) {
    cursor.next();
    return { kind: 'call', name: [word.toLowerCase()], args: [], distinct: false };
  }
  return namedIn(cursor);
}

/** A column or a call, by a name of any number of parts. */
function namedIn(cursor: Cursor): Expr {
  const isLambda = cursor.isSymbol('->', 1);
  const parts = [nameIn(cursor)];
  if (isLambda) return lambdaIn(cursor, parts);
  while (cursor.isSymbol('.') && !cursor.isSymbol('*', 1)) {
    cursor.next();
    parts.push(nameIn(cursor));
  }
  if (cursor.isSymbol('.') && cursor.isSymbol('*', 1)) {
    cursor.next();
    return starIn(cursor, parts);
  }
  return cursor.isSymbol('(') ? callIn(cursor, parts) : { kind: 'column', parts };
}

function starIn(cursor: Cursor, qualifier: string[]): Expr {
  cursor.expectSymbol('*');
  const hasExcept = cursor.isWord('EXCEPT') && cursor.isSymbol('(', 1) && cursor.takeWords('EXCEPT');
  const except = hasExcept ? cursor.parenthesised(() => qualifiedNameIn(cursor)) : [];
  return { kind: 'star', qualifier, except };
}

function lambdaIn(cursor: Cursor, parameters: string[]): Expr {
  cursor.expectSymbol('->');
  return { kind: 'lambda', parameters, body: cursor.expression() };
}

function symbolIn(cursor: Cursor): Expr {
  if (cursor.isSymbol('*')) return starIn(cursor, []);
  if (cursor.takeSymbol(':')) return { kind: 'parameter', name: parameterKey(nameIn(cursor)) };
  if (cursor.takeSymbol('?')) return { kind: 'parameter', name: positionalName(cursor.position()) };
  if (!cursor.isSymbol('(')) throw cursor.unexpected();
  return lambdaOfSeveralIn(cursor) ?? parenthesesIn(cursor);
}

function lambdaOfSeveralIn(cursor: Cursor): Expr | undefined {
  const mark = cursor.mark();
  cursor.expectSymbol('(');
  const parameters: string[] = [];
  do {
    const { kind } = cursor.peek();
    if (kind !== 'word' && kind !== 'quoted') break;
    parameters.push(nameIn(cursor));
  } while (cursor.takeSymbol(','));
  if (parameters.length > 0 && cursor.takeSymbol(')') && cursor.isSymbol('->')) return lambdaIn(cursor, parameters);
  cursor.rewind(mark);
  return undefined;
}

function parenthesesIn(cursor: Cursor): Expr {
  if (startsQuery(cursor, 1)) {
    const query = cursor.nestedQuery();
    return { kind: 'subquery', query };
  }
  const items = cursor.parenthesised(() => cursor.expression());
  const [only] = items;
  if (only === undefined) throw cursor.unexpected();
  return items.length === 1 ? only : { kind: 'tuple', items };
}

function existsIn(cursor: Cursor): Expr {
  cursor.expectWords('EXISTS');
  const query = cursor.nestedQuery();
  return { kind: 'exists', query };
}

function castIn(cursor: Cursor): Expr {
  const tolerant = cursor.next().value === 'TRY_CAST';
  cursor.expectSymbol('(');
  const operand = cursor.expression();
  cursor.expectWords('AS');
  const type = typeIn(cursor);
  cursor.expectSymbol(')');
  return { kind: 'cast', operand, type, tolerant };
}

function caseIn(cursor: Cursor): Expr {
  cursor.expectWords('CASE');
  const operand = cursor.isWord('WHEN') ? undefined : cursor.expression();
  const branches: { when: Expr; result: Expr }[] = [];
  while (cursor.takeWords('WHEN')) {
    const when = cursor.expression();
    cursor.expectWords('THEN');
    branches.push({ when, result: cursor.expression() });
  }
  const otherwise = cursor.takeWords('ELSE') ? cursor.expression() : undefined;
  cursor.expectWords('END');
  if (branches.length === 0) throw cursor.unexpected();
  return { kind: 'case', operand, branches, otherwise };
}
