/** A name, a literal or a cast of one: text that may stand several times at no cost. */
const SIMPLE = /^(?:[\w."$]+|'[^']*'|CAST\((?:[\w."$-]+|'[^']*') AS [\w (),]+\))$/;

/**
 * SQL in which an operand stands several times. An operand that is more than a name or a literal is computed once, as the
 * element of a list, since DuckDB binds every copy anew.
 */
export function withOperand(operand: string, body: (operand: string) => string): string {
  return SIMPLE.test(operand) ? body(operand) : `list_transform([${operand}], lambda v: ${body('v')})[1]`;
}

/** The same for two operands. */
export function withOperands(left: string, right: string, body: (left: string, right: string) => string): string {
  return SIMPLE.test(left) && SIMPLE.test(right)
    ? body(left, right)
    : `list_transform([struct_pack(l := ${left}, r := ${right})], lambda v: ${body('v.l', 'v.r')})[1]`;
}
