import { types } from '../../types/column-type.ts';
import type { BinaryOperator } from '../syntax/ast.ts';
import { castTo } from './cast.ts';
import { differentTypes, wrongType } from './errors.ts';
import type { Expression, Result } from './expression.ts';
import { commonTypeOf } from './type-coercion.ts';

/** An operator that compares two values. */
export type ComparisonOperator = Extract<BinaryOperator, '=' | '<>' | '<' | '<=' | '>' | '>=' | '<=>'>;

/** Two operands of one type. @throws SqlError DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES */
export function comparable(left: Expression, right: Expression, name: string): [Expression, Expression] {
  const common = commonTypeOf(left.type, right.type);
  if (common === undefined) throw differentTypes(name, left, right);
  if (common.kind === 'map' || common.kind === 'variant') throw wrongType(name, '"ORDERABLE"', left);
  return [castTo(left, common), castTo(right, common)];
}

const DUCKDB: Readonly<Record<ComparisonOperator, string>> = {
  '=': '=',
  '<>': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '<=>': 'IS NOT DISTINCT FROM',
};

/** Two operands compared in their common type. @throws SqlError DATATYPE_MISMATCH */
export function comparison(operator: ComparisonOperator, left: Expression, right: Expression, name: string): Result {
  const [a, b] = comparable(left, right, name);
  const nullable = operator !== '<=>' && (a.nullable || b.nullable);
  return { sql: `(${a.sql} ${DUCKDB[operator]} ${b.sql})`, type: types.boolean, nullable };
}
