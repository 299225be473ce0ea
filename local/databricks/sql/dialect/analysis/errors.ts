import { SqlError } from '../../sql-error.ts';
import type { Expression } from './expression.ts';

/** Two operands without a common type. */
export function differentTypes(name: string, left: Expression, right: Expression): SqlError {
  return new SqlError(
    'DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES',
    '42K09',
    `Cannot resolve "${name}" due to data type mismatch: the left and right operands of the binary operator have incompatible types ("${left.type.text}" and "${right.type.text}").`,
  );
}

/** Operands of a type that the operator does not take. */
export function wrongType(name: string, required: string, found: Expression): SqlError {
  return new SqlError(
    'DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE',
    '42K09',
    `Cannot resolve "${name}" due to data type mismatch: the binary operator requires the input type ${required}, not "${found.type.text}".`,
  );
}

/** An argument of a type that the expression does not take. */
export function unexpectedType(name: string, place: string, required: string, found: Expression): SqlError {
  return new SqlError(
    'DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE',
    '42K09',
    `Cannot resolve "${name}" due to data type mismatch: The ${place} parameter requires the ${required} type, however "${found.name}" has the type "${found.type.text}".`,
  );
}
