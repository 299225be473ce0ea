import { types } from '../../types/column-type.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import type { ArithmeticOperator, BinaryOperator, UnaryOperator } from '../syntax/ast.ts';
import { arithmetic } from './arithmetic.ts';
import { castTo } from './cast.ts';
import { comparison, type ComparisonOperator } from './comparison.ts';
import { differentTypes, unexpectedType, wrongType } from './errors.ts';
import type { Expression, Result } from './expression.ts';
import { scaledInterval, timeSum, type Named } from './time-arithmetic.ts';
import { commonTypeOf, isIntegral, isNumeric, isTemporal } from './type-coercion.ts';

type Binary = (left: Expression, right: Expression) => Result & { name?: string };

const infix = (operator: string, left: Expression, right: Expression): string =>
  `(${left.name} ${operator} ${right.name})`;

function numeric(operator: ArithmeticOperator): Binary {
  return (left, right) => {
    const timely = ofTimes(operator, left, right);
    return timely ?? arithmetic(operator, left, right, infix(operator === 'DIV' ? 'div' : operator, left, right));
  };
}

function ofTimes(operator: ArithmeticOperator, left: Expression, right: Expression): Named | undefined {
  const isTimely = ({ type }: Expression) => isTemporal(type) || type.kind === 'interval';
  if (!isTimely(left) && !isTimely(right)) return undefined;
  if (operator === '+' || operator === '-') return timeSum(operator, left, right);
  const scales = (operator === '*' || operator === '/') && !isTemporal(left.type) && !isTemporal(right.type);
  if (scales) return scaledInterval(operator, left, right);
  throw differentTypes(infix(operator, left, right), left, right);
}

function compared(operator: ComparisonOperator): Binary {
  return (left, right) => {
    const equal = infix('=', left, right);
    const name = operator === '<>' ? `(NOT ${equal})` : infix(operator, left, right);
    return { ...comparison(operator, left, right, name), name };
  };
}

function logical(operator: 'AND' | 'OR'): Binary {
  return (left, right) => {
    const name = infix(operator, left, right);
    for (const operand of [left, right])
      if (operand.type.kind !== 'boolean' && operand.type.kind !== 'void') throw wrongType(name, '"BOOLEAN"', operand);
    const [a, b] = [castTo(left, types.boolean), castTo(right, types.boolean)];
    return { sql: `(${a.sql} ${operator} ${b.sql})`, type: types.boolean };
  };
}

function bitwise(operator: '&' | '|' | '^'): Binary {
  return (left, right) => {
    const name = infix(operator, left, right);
    const common = commonTypeOf(left.type, right.type);
    if (common === undefined) throw differentTypes(name, left, right);
    if (!isIntegral(common)) throw wrongType(name, '"INTEGRAL"', left);
    const [a, b] = [castTo(left, common).sql, castTo(right, common).sql];
    return { sql: operator === '^' ? `xor(${a}, ${b})` : `(${a} ${operator} ${b})`, type: common };
  };
}

/** Shifts count modulo the width and lose what is shifted out, as Java's do. */
function shifted(operator: '<<' | '>>' | '>>>'): Binary {
  return (left, right) => {
    const name = infix(operator, left, right);
    const type = left.type.kind === 'bigint' ? types.bigint : types.int;
    if (!isIntegral(left.type)) throw unexpectedType(name, 'first', '("INT" or "BIGINT")', left);
    if (!isIntegral(right.type)) throw unexpectedType(name, 'second', '"INT"', right);
    const bits = type === types.bigint ? 64 : 32;
    const macro = { '<<': 'spark_shift_left', '>>': 'spark_shift_right', '>>>': 'spark_shift_unsigned' }[operator];
    const [a, b] = [castTo(left, type).sql, castTo(right, types.int).sql];
    return { sql: `CAST(${macro}(CAST(${a} AS HUGEINT), ${b}, ${bits}) AS ${duckdbType(type)})`, type };
  };
}

function concatenated(left: Expression, right: Expression): Result & { name: string } {
  const name = `concat(${left.name}, ${right.name})`;
  if (left.type.kind === 'array' && right.type.kind === 'array') {
    const type = commonTypeOf(left.type, right.type);
    if (type === undefined) throw differentTypes(name, left, right);
    return { sql: `(${castTo(left, type).sql} || ${castTo(right, type).sql})`, type, name };
  }
  const type = left.type.kind === 'binary' && right.type.kind === 'binary' ? types.binary : types.string;
  return { sql: `(${castTo(left, type).sql} || ${castTo(right, type).sql})`, type, name };
}

/** Every operator with two operands. */
const BINARY: Readonly<Record<BinaryOperator, Binary>> = {
  '+': numeric('+'),
  '-': numeric('-'),
  '*': numeric('*'),
  '/': numeric('/'),
  '%': numeric('%'),
  DIV: numeric('DIV'),
  '||': concatenated,
  '<<': shifted('<<'),
  '>>': shifted('>>'),
  '>>>': shifted('>>>'),
  '&': bitwise('&'),
  '|': bitwise('|'),
  '^': bitwise('^'),
  '=': compared('='),
  '<>': compared('<>'),
  '<': compared('<'),
  '<=': compared('<='),
  '>': compared('>'),
  '>=': compared('>='),
  '<=>': compared('<=>'),
  AND: logical('AND'),
  OR: logical('OR'),
};

/** Two operands and their operator. @throws SqlError DATATYPE_MISMATCH */
export function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  const result = BINARY[operator](left, right);
  const nullable = result.nullable ?? (left.nullable || right.nullable);
  return { name: infix(operator === 'DIV' ? 'div' : operator, left, right), ...result, nullable };
}

/** An operand and its operator. @throws SqlError DATATYPE_MISMATCH */
export function unary(operator: UnaryOperator, operand: Expression): Expression {
  const { type, sql, nullable } = operand;
  switch (operator) {
    case 'NOT': {
      const name = `(NOT ${operand.name})`;
      if (type.kind !== 'boolean' && type.kind !== 'void') throw unexpectedType(name, 'first', '"BOOLEAN"', operand);
      return { sql: `(NOT ${castTo(operand, types.boolean).sql})`, type: types.boolean, nullable, name };
    }
    case '~': {
      const name = `~${operand.name}`;
      if (!isIntegral(type)) throw unexpectedType(name, 'first', '"INTEGRAL"', operand);
      return { sql: `(~${sql})`, type, nullable, name };
    }
    default:
      return signed(operator, operand);
  }
}

function signed(operator: '-' | '+', operand: Expression): Expression {
  const name = `(${operator} ${operand.name})`;
  const isText = operand.type.kind === 'string' || operand.type.kind === 'void';
  const { type, sql, nullable } = isText ? castTo(operand, types.double) : operand;
  if (!isNumeric(type) && type.kind !== 'interval')
    throw unexpectedType(name, 'first', '("NUMERIC" or "INTERVAL")', operand);
  return {
    sql: operator === '-' ? `CAST((-${sql}) AS ${duckdbType(type)})` : sql,
    type,
    nullable: nullable || isText,
    name,
  };
}
