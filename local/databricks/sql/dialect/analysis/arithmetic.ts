import { types, type ColumnType } from '../../types/column-type.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import type { ArithmeticOperator } from '../syntax/ast.ts';
import { castTo } from './cast.ts';
import { decimalArithmetic } from './decimal-arithmetic.ts';
import { differentTypes, wrongType } from './errors.ts';
import type { Expression, Result } from './expression.ts';
import { withOperands } from './operand.ts';
import { commonTypeOf, decimalOfIntegral, isIntegral, isNumeric } from './type-coercion.ts';

const NUMERIC = '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")';

/** Arithmetic on numbers, and on texts beside numbers. @throws SqlError DATATYPE_MISMATCH */
export function arithmetic(operator: ArithmeticOperator, left: Expression, right: Expression, name: string): Result {
  const [a, b] = sameKind(left, right, name);
  if (!isNumeric(a.type)) throw wrongType(name, NUMERIC, a);
  const nullable = left.nullable || right.nullable || ['/', '%', 'DIV'].includes(operator);
  const [decimalA, decimalB] = [asDecimal(a, b), asDecimal(b, a)];
  if (decimalA !== undefined && decimalB !== undefined)
    return { ...decimalArithmetic(operator, decimalA, decimalB), nullable };
  return { ...numbers(operator, a, b), nullable };
}

/** Operands after the casts that come before arithmetic: texts and NULL become numbers. */
function sameKind(left: Expression, right: Expression, name: string): [Expression, Expression] {
  if (left.type.kind === 'void' && right.type.kind === 'void')
    return [castTo(left, types.double), castTo(right, types.double)];
  if (left.type.kind === 'string' && right.type.kind === 'string') throw wrongType(name, NUMERIC, left);
  const common = commonTypeOf(left.type, right.type);
  if (common === undefined) throw differentTypes(name, left, right);
  return isNumeric(left.type) && isNumeric(right.type) ? [left, right] : [castTo(left, common), castTo(right, common)];
}

/** A number as the DECIMAL that it is beside a DECIMAL: an integer literal has just its digits. */
function asDecimal(operand: Expression, other: Expression): Expression | undefined {
  if (operand.type.kind === 'decimal')
    return isIntegral(other.type) || other.type.kind === 'decimal' ? operand : undefined;
  if (other.type.kind !== 'decimal' || !isIntegral(operand.type)) return undefined;
  const type = decimalOfIntegral(operand.type);
  if (type === undefined) return undefined;
  if (typeof operand.constant !== 'bigint') return castTo(operand, type);
  const digits = String(operand.constant).replace('-', '').length;
  return castTo(operand, { ...type, ...digitsType(digits) });
}

const digitsType = (precision: number) => ({
  precision,
  text: `DECIMAL(${precision},0)`,
  json: `decimal(${precision},0)`,
});

function numbers(operator: ArithmeticOperator, left: Expression, right: Expression): Result {
  const common = operator === '/' ? types.double : (commonTypeOf(left.type, right.type) ?? types.double);
  const a = castTo(left, common).sql;
  const b = castTo(right, common).sql;
  switch (operator) {
    case '/':
      return {
        sql: withOperands(a, b, (x, y) => guarded('spark_division_by_zero', x, y, `${x} / ${y}`)),
        type: types.double,
      };
    case '%':
      return {
        sql: withOperands(a, b, (x, y) => guarded('spark_remainder_by_zero', x, y, `${x} % ${y}`)),
        type: common,
      };
    case 'DIV': {
      if (!isIntegral(common)) throw wrongType(`(${left.name} div ${right.name})`, '("BIGINT" or "DECIMAL")', left);
      const sql = withOperands(castTo(left, types.bigint).sql, castTo(right, types.bigint).sql, (x, y) =>
        guarded('spark_division_by_zero', x, y, `${x} // ${y}`),
      );
      return { sql, type: types.bigint };
    }
    default:
      return { sql: exactly(`${a} ${operator} ${b}`, common), type: common };
  }
}

/** DuckDB's own result type may be wider. */
const exactly = (sql: string, type: ColumnType): string => `CAST(${sql} AS ${duckdbType(type)})`;

function guarded(macro: string, left: string, right: string, result: string): string {
  return `CASE WHEN ${right} = 0 AND ${left} IS NOT NULL THEN ${macro}() ELSE ${result} END`;
}
