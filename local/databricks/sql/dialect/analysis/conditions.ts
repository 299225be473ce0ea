import { types } from '../../types/column-type.ts';
import { SqlError } from '../../sql-error.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Analyzer } from './analyzer.ts';
import { castTo } from './cast.ts';
import type { Scope } from './scope.ts';

/** The condition of WHERE, ON, HAVING, QUALIFY. @throws SqlError DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN */
export function condition(expr: Expr, scope: Scope, analyzer: Analyzer, clause: string): string {
  const analyzed = analyzer.expression(expr, scope);
  if (clause === 'WHERE' && (analyzed.aggregates === true || analyzed.windows === true))
    throw new SqlError(
      'INVALID_WHERE_CONDITION',
      '42903',
      `The WHERE condition "${analyzed.name}" contains invalid expressions: ${analyzed.name}. Rewrite the query to avoid window functions, aggregate functions, and generator functions in the WHERE clause.`,
    );
  if (analyzed.type.kind === 'boolean' || analyzed.type.kind === 'void') return castTo(analyzed, types.boolean).sql;
  throw new SqlError(
    clause === 'ON' ? 'JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE' : 'DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN',
    '42K09',
    clause === 'ON'
      ? `The join condition "${analyzed.name}" has the invalid type "${analyzed.type.text}", expected "BOOLEAN".`
      : `Cannot resolve "${analyzed.name}" due to data type mismatch: Filter expression "${analyzed.name}" of type "${analyzed.type.text}" is not a boolean.`,
  );
}
