import { decimal, types } from '../../types/column-type.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import type { ArithmeticOperator } from '../syntax/ast.ts';
import { castTo } from './cast.ts';
import type { Expression, Result } from './expression.ts';
import { withOperands } from './operand.ts';
import { adjustedDecimal, widerDecimal } from './type-coercion.ts';

const MAX_PRECISION = 38;
const MIN_QUOTIENT_SCALE = 6;

type Decimal = Extract<Expression['type'], { kind: 'decimal' }>;

/**
 * Arithmetic of two DECIMALs, whose results have Databricks' precision and scale.
 * Source: Databricks' reference, DECIMAL type and operators. Results of more than 38 digits before they are cut are refused.
 */
export function decimalArithmetic(operator: ArithmeticOperator, left: Expression, right: Expression): Result {
  if (left.type.kind !== 'decimal' || right.type.kind !== 'decimal')
    throw new TypeError('The operands are no decimals.');
  const [p1, s1, p2, s2] = [left.type.precision, left.type.scale, right.type.precision, right.type.scale];
  switch (operator) {
    case '+':
    case '-': {
      const scale = Math.max(s1, s2);
      return sum(operator, left, right, adjustedDecimal(Math.max(p1 - s1, p2 - s2) + scale + 1, scale));
    }
    case '*':
      return product(left, right, p1 + p2 + 1, s1 + s2);
    case '/': {
      const scale = Math.max(MIN_QUOTIENT_SCALE, s1 + p2 + 1);
      return quotient(left, right, p1 - s1 + s2 + scale, scale);
    }
    case '%':
      return remainder(
        left,
        right,
        decimal(Math.min(p1 - s1, p2 - s2) + Math.max(s1, s2), Math.max(s1, s2)) as Decimal,
      );
    case 'DIV':
      return wholeQuotient(left, right);
  }
}

function sum(operator: '+' | '-', left: Expression, right: Expression, type: Decimal): Result {
  const exact = Math.max(scaleOf(left), scaleOf(right));
  const wide = duckdbType(decimal(MAX_PRECISION, exact));
  return {
    sql: withOperands(left.sql, right.sql, (a, b) =>
      cut(`CAST(${a} AS ${wide}) ${operator} CAST(${b} AS ${wide})`, a, b, type),
    ),
    type,
  };
}

const scaleOf = ({ type }: Expression): number => (type.kind === 'decimal' ? type.scale : 0);

function product(left: Expression, right: Expression, precision: number, scale: number): Result {
  const type = adjustedDecimal(precision, scale);
  // DuckDB multiplies up to 38 digits, which is enough for values that are shorter than their type allows.
  const sql = withOperands(left.sql, right.sql, (a, b) =>
    scale > MAX_PRECISION
      ? 'spark_long_decimal()'
      : cut(
          `CAST(${a} AS ${duckdbType(decimal(MAX_PRECISION, scaleOf(left)))}) * CAST(${b} AS ${duckdbType(decimal(MAX_PRECISION, scaleOf(right)))})`,
          a,
          b,
          type,
        ),
  );
  return { sql, type };
}

/** The result in its type; where DuckDB cannot hold it on the way there, it is refused. */
function cut(result: string, left: string, right: string, type: Decimal): string {
  return `CASE WHEN ${left} IS NULL OR ${right} IS NULL THEN NULL ELSE coalesce(TRY(CAST(${result} AS ${duckdbType(type)})), spark_long_decimal()) END`;
}

const BY_ZERO = 'spark_division_by_zero()';

function quotient(left: Expression, right: Expression, precision: number, scale: number): Result {
  const type = adjustedDecimal(precision, scale);
  const shift = type.scale - scaleOf(left) + scaleOf(right);
  const sql = withOperands(left.sql, right.sql, (a, b) => {
    const digits = `spark_rounded_quotient(spark_unscaled(${a}) * ${power(shift)}, spark_unscaled(${b}))`;
    const result = `CAST(CAST(TRY(${digits}) AS DECIMAL(38, 0)) * ${unit(type.scale)} AS ${duckdbType(type)})`;
    return `CASE WHEN ${b} = 0 AND ${a} IS NOT NULL THEN ${BY_ZERO} WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL ELSE coalesce(TRY(${result}), spark_long_decimal()) END`;
  });
  return { sql, type };
}

const power = (exponent: number): string => `CAST('1${'0'.repeat(Math.max(0, exponent))}' AS HUGEINT)`;
const unit = (scale: number): string =>
  scale === 0 ? 'CAST(1 AS DECIMAL(1, 0))' : `CAST('0.${'0'.repeat(scale - 1)}1' AS DECIMAL(${scale}, ${scale}))`;

function remainder(left: Expression, right: Expression, type: Decimal): Result {
  const common = widerDecimal(left.type as Decimal, right.type as Decimal);
  const sql = withOperands(
    castTo(left, common).sql,
    castTo(right, common).sql,
    (a, b) =>
      `CASE WHEN ${b} = 0 AND ${a} IS NOT NULL THEN spark_remainder_by_zero() ELSE CAST(${a} % ${b} AS ${duckdbType(type)}) END`,
  );
  return { sql, type };
}

function wholeQuotient(left: Expression, right: Expression): Result {
  const common = widerDecimal(left.type as Decimal, right.type as Decimal);
  const sql = withOperands(
    castTo(left, common).sql,
    castTo(right, common).sql,
    (a, b) =>
      `CASE WHEN ${b} = 0 AND ${a} IS NOT NULL THEN ${BY_ZERO} ELSE CAST(spark_unscaled(${a}) // spark_unscaled(${b}) AS BIGINT) END`,
  );
  return { sql, type: types.bigint };
}
