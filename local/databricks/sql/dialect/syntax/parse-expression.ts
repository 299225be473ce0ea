import { unsupported } from '../../sql-error.ts';
import type { BinaryOperator, Expr, LikeOperator } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { postfixIn } from './parse-postfix.ts';
import { startsQuery } from './query-start.ts';

/** An expression: OR, AND, NOT, predicates, and operators by precedence, as Spark's grammar has them. */
export function expressionIn(cursor: Cursor): Expr {
  let left = conjunctionIn(cursor);
  while (cursor.takeWords('OR')) left = { kind: 'binary', operator: 'OR', left, right: conjunctionIn(cursor) };
  return left;
}

function conjunctionIn(cursor: Cursor): Expr {
  let left = negationIn(cursor);
  while (cursor.takeWords('AND')) left = { kind: 'binary', operator: 'AND', left, right: negationIn(cursor) };
  return left;
}

function negationIn(cursor: Cursor): Expr {
  if (cursor.takeWords('NOT') || cursor.takeSymbol('!'))
    return { kind: 'unary', operator: 'NOT', operand: negationIn(cursor) };
  return predicateIn(cursor);
}

function predicateIn(cursor: Cursor): Expr {
  const operand = valueIn(cursor);
  if (cursor.isWord('IS')) return isIn(cursor, operand);
  const negated = isNegatedPredicate(cursor) && Boolean(cursor.next());
  if (cursor.takeWords('BETWEEN')) {
    const low = valueIn(cursor);
    cursor.expectWords('AND');
    return { kind: 'between', operand, low, high: valueIn(cursor), negated };
  }
  if (cursor.takeWords('IN')) return inListIn(cursor, operand, negated);
  const word = cursor.takeOneOf('LIKE', 'ILIKE', 'RLIKE', 'REGEXP');
  if (word !== undefined) return likeIn(cursor, operand, word === 'REGEXP' ? 'RLIKE' : word, negated);
  return operand;
}

function isNegatedPredicate(cursor: Cursor): boolean {
  const isNot = cursor.isWord('NOT') || cursor.isSymbol('!');
  return isNot && ['BETWEEN', 'IN', 'LIKE', 'ILIKE', 'RLIKE', 'REGEXP'].some((word) => cursor.isWord(word, 1));
}

function isIn(cursor: Cursor, operand: Expr): Expr {
  cursor.expectWords('IS');
  const negated = cursor.takeWords('NOT');
  if (cursor.takeWords('DISTINCT', 'FROM')) return { kind: 'distinct', left: operand, right: valueIn(cursor), negated };
  const test = cursor.takeOneOf('NULL', 'TRUE', 'FALSE', 'UNKNOWN');
  if (test === undefined) throw cursor.unexpected();
  return { kind: 'is', operand, test, negated };
}

function inListIn(cursor: Cursor, operand: Expr, negated: boolean): Expr {
  if (cursor.isSymbol('(') && startsQuery(cursor, 1)) {
    return { kind: 'inQuery', operand, query: cursor.nestedQuery(), negated };
  }
  const list = cursor.parenthesised(() => expressionIn(cursor));
  if (list.length === 0) throw cursor.unexpected();
  return { kind: 'in', operand, list, negated };
}

function likeIn(cursor: Cursor, operand: Expr, operator: LikeOperator, negated: boolean): Expr {
  const quantifier = cursor.takeOneOf('ANY', 'SOME', 'ALL');
  if (quantifier !== undefined) {
    const patterns = cursor.parenthesised(() => expressionIn(cursor));
    return { kind: 'likeList', operator, every: quantifier === 'ALL', operand, patterns, negated };
  }
  const pattern = valueIn(cursor);
  const escape = cursor.takeWords('ESCAPE') ? cursor.expectString() : undefined;
  return { kind: 'like', operator, operand, pattern, escape, negated };
}

/** Operators by precedence, the loosest first. */
const LEVELS: readonly Readonly<Record<string, BinaryOperator>>[] = [
  {
    '=': '=',
    '==': '=',
    '<>': '<>',
    '!=': '<>',
    '<': '<',
    '<=': '<=',
    '!>': '<=',
    '>': '>',
    '>=': '>=',
    '!<': '>=',
    '<=>': '<=>',
  },
  { '|': '|' },
  { '^': '^' },
  { '&': '&' },
  { '<<': '<<', '>>': '>>', '>>>': '>>>' },
  { '+': '+', '-': '-', '||': '||' },
  { '*': '*', '/': '/', '%': '%', DIV: 'DIV' },
];

/** A value: an expression without AND, OR, NOT and predicates. */
export function valueIn(cursor: Cursor, level = 0): Expr {
  const operators = LEVELS[level];
  if (operators === undefined) return unaryIn(cursor);
  let left = valueIn(cursor, level + 1);
  for (;;) {
    const operator = takeOperator(cursor, operators);
    if (operator === undefined) return left;
    left = { kind: 'binary', operator, left, right: valueIn(cursor, level + 1) };
  }
}

function takeOperator(cursor: Cursor, operators: Readonly<Record<string, BinaryOperator>>): BinaryOperator | undefined {
  const { kind, value } = cursor.peek();
  if (kind !== 'symbol' && value !== 'DIV') return undefined;
  const shift = shiftAt(cursor);
  const written = shift ?? value;
  const operator = Object.hasOwn(operators, written) ? operators[written] : undefined;
  if (operator !== undefined) for (let length = shift?.length ?? 1; length > 0; length--) cursor.next();
  return operator;
}

/** `>>` and `>>>` are several tokens without a gap. */
function shiftAt(cursor: Cursor): '>>' | '>>>' | undefined {
  const follows = (ahead: number) =>
    cursor.isSymbol('>', ahead) && cursor.peek(ahead).start === cursor.peek(ahead - 1).end;
  if (!cursor.isSymbol('>') || !follows(1)) return undefined;
  return follows(2) ? '>>>' : '>>';
}

function unaryIn(cursor: Cursor): Expr {
  for (const operator of ['-', '+', '~'] as const) {
    if (!cursor.takeSymbol(operator)) continue;
    const { kind, value } = cursor.peek();
    const operand = unaryIn(cursor);
    // A sign directly before a number is the number's own.
    if (operator === '-' && kind === 'number' && operand.kind === 'number' && operand.text === value)
      return { kind: 'number', text: `-${value}` };
    return { kind: 'unary', operator, operand };
  }
  if (cursor.isWord('COLLATE')) throw unsupported('COLLATE');
  return postfixIn(cursor);
}
