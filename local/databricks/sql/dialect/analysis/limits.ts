import { SqlError, unsupported } from '../../sql-error.ts';
import type { Expr, Query } from '../syntax/ast.ts';
import type { Analyzer } from './analyzer.ts';
import type { Scope } from './scope.ts';

/** LIMIT and OFFSET, which take constant INTs that are not negative. @throws SqlError INVALID_LIMIT_LIKE_EXPRESSION */
export function limitSql({ limit, offset }: Query, analyzer: Analyzer, scope: Scope): string {
  const limited = limit !== undefined ? ` LIMIT ${countOf('limit', limit, analyzer, scope)}` : '';
  return offset !== undefined ? `${limited} OFFSET ${countOf('offset', offset, analyzer, scope)}` : limited;
}

function countOf(clause: 'limit' | 'offset', expr: Expr, analyzer: Analyzer, scope: Scope): bigint {
  if (holdsColumn(expr)) throw invalid('IS_UNFOLDABLE', clause, nameOf(expr), 'must evaluate to a constant value.');
  const { type, name, constant } = analyzer.constant(expr, scope);
  if (type.kind !== 'int') throw invalid('DATA_TYPE', clause, name, `must be integer type, but got "${type.text}".`);
  const value = constant === null ? null : folded(expr, analyzer, scope);
  if (value === null) throw invalid('IS_NULL', clause, name, 'must not be null.');
  if (value < 0n) throw invalid('IS_NEGATIVE', clause, name, `must be equal to or greater than 0, but got ${value}.`);
  return value;
}

/** The value of a constant expression of whole numbers. */
function folded(expr: Expr, analyzer: Analyzer, scope: Scope): bigint | null {
  const { constant } = analyzer.constant(expr, scope);
  if (typeof constant === 'bigint' || constant === null) return constant;
  if (expr.kind === 'cast') return folded(expr.operand, analyzer, scope);
  if (expr.kind === 'unary' && expr.operator === '-') return negated(folded(expr.operand, analyzer, scope));
  if (expr.kind !== 'binary') throw unsupported('LIMIT of this expression');
  const [left, right] = [folded(expr.left, analyzer, scope), folded(expr.right, analyzer, scope)];
  if (left === null || right === null) return null;
  switch (expr.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      throw unsupported('LIMIT of this expression');
  }
}

const negated = (value: bigint | null): bigint | null => (value === null ? null : -value);

function holdsColumn(expr: Expr): boolean {
  if (expr.kind === 'column') return true;
  if (expr.kind === 'binary') return holdsColumn(expr.left) || holdsColumn(expr.right);
  if (expr.kind === 'unary' || expr.kind === 'cast') return holdsColumn(expr.operand);
  return false;
}

const nameOf = (expr: Expr): string => (expr.kind === 'column' ? expr.parts.join('.') : 'the expression');

function invalid(problem: string, clause: string, name: string, detail: string): SqlError {
  return new SqlError(
    `INVALID_LIMIT_LIKE_EXPRESSION.${problem}`,
    '42K0E',
    `The limit like expression "${name}" is invalid. The ${clause} expression ${detail}`,
  );
}
