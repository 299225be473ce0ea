import { struct, types, type ColumnType } from '../../types/column-type.ts';
import { unsupported } from '../../sql-error.ts';
import type { Expr } from '../syntax/ast.ts';
import { castTo, commonType } from './cast.ts';
import { comparison } from './comparison.ts';
import { unexpectedType } from './errors.ts';
import type { Expression } from './expression.ts';
import { binary, unary } from './operators.ts';
import { isIntegral } from './type-coercion.ts';

type Of<Kind extends Expr['kind']> = Extract<Expr, { kind: Kind }>;

/** The expression, or its negation. */
export const negatedIf = (negated: boolean, expression: Expression): Expression =>
  negated ? unary('NOT', expression) : expression;

/** `IS [NOT] NULL | TRUE | FALSE | UNKNOWN`. */
export function isTest({ test, negated }: Of<'is'>, operand: Expression): Expression {
  if (test === 'NULL' || test === 'UNKNOWN') {
    if (test === 'UNKNOWN') booleanOf(operand, `(${operand.name} IS NULL)`);
    const word = negated ? 'IS NOT NULL' : 'IS NULL';
    return { sql: `(${operand.sql} ${word})`, type: types.boolean, nullable: false, name: `(${operand.name} ${word})` };
  }
  const name = `(${operand.name} <=> ${test.toLowerCase()})`;
  const tested = booleanOf(operand, name);
  const sql = `(${tested.sql} IS NOT DISTINCT FROM ${test.toLowerCase()})`;
  return negatedIf(negated, { sql, type: types.boolean, nullable: false, name });
}

function booleanOf(operand: Expression, name: string): Expression {
  if (operand.type.kind !== 'boolean' && operand.type.kind !== 'void')
    throw unexpectedType(name, 'first', '"BOOLEAN"', operand);
  return castTo(operand, types.boolean);
}

/** BETWEEN. @throws SqlError DATATYPE_MISMATCH */
export function between(operand: Expression, low: Expression, high: Expression): Expression {
  const name = `between(${operand.name}, ${low.name}, ${high.name})`;
  const above = comparison('>=', operand, low, name);
  const below = comparison('<=', operand, high, name);
  const nullable = Boolean(above.nullable) || Boolean(below.nullable);
  return { sql: `(${above.sql} AND ${below.sql})`, type: types.boolean, nullable, name };
}

/** IN with a list. @throws SqlError DATATYPE_MISMATCH */
export function inList(operand: Expression, items: readonly Expression[]): Expression {
  const name = `(${operand.name} IN (${items.map((item) => item.name).join(', ')}))`;
  const list = items.map((item) => namedAs(operand.type, item));
  const type = commonType([operand, ...list], name);
  if (type.kind === 'map' || type.kind === 'variant') throw unexpectedType(name, 'first', '"ORDERABLE"', operand);
  const values = list.map((item) => bareNumber(item, operand.type) ?? castTo(item, type).sql);
  const nullable = [operand, ...list].some((item) => item.nullable);
  return { sql: `(${castTo(operand, type).sql} IN (${values.join(', ')}))`, type: types.boolean, nullable, name };
}

/** A whole number that DuckDB reads as one of the operand's type: long lists of casts take it minutes. */
function bareNumber({ constant, type }: Expression, operand: ColumnType): string | undefined {
  const isWhole =
    typeof constant === 'bigint' && isIntegral(type) && (operand.kind === 'int' || operand.kind === 'bigint');
  return isWhole ? String(constant) : undefined;
}

/** A tuple with the field names of another: they are compared by place. */
function namedAs(type: ColumnType, item: Expression): Expression {
  if (type.kind !== 'struct' || item.type.kind !== 'struct') return item;
  const { fields } = item.type;
  if (fields.length !== type.fields.length) return item;
  return castTo(
    item,
    struct(fields.map((field, index) => ({ name: type.fields[index]?.name ?? field.name, type: field.type }))),
  );
}

const DEFAULT_ESCAPE = '\\';

/** LIKE and ILIKE; the pattern's escape is a backslash unless ESCAPE says. */
export function like(
  node: Of<'like'>,
  operand: Expression,
  pattern: Expression,
  rlike: (args: Expression[]) => Expression,
): Expression {
  if (node.operator === 'RLIKE') return negatedIf(node.negated, rlike([operand, pattern]));
  const escape = node.escape ?? DEFAULT_ESCAPE;
  if (escape.length !== 1) throw unsupported('An ESCAPE of more than one character');
  const shown = escape === DEFAULT_ESCAPE ? '' : ` ESCAPE '${escape}'`;
  const name =
    node.operator === 'LIKE'
      ? `${operand.name} LIKE ${pattern.name}${shown}`
      : `ilike(${operand.name}, ${pattern.name}${shown})`;
  return negatedIf(node.negated, matched(node.operator, operand, pattern, escape, name));
}

function matched(
  operator: 'LIKE' | 'ILIKE',
  operand: Expression,
  pattern: Expression,
  escape: string,
  name: string,
): Expression {
  const [text, by] = [textOf(operand, name), textOf(pattern, name)];
  const quoted = escape === "'" ? "''" : escape;
  const sql = `(${text.sql} ${operator} ${by.sql} ESCAPE '${quoted}')`;
  return { sql, type: types.boolean, nullable: text.nullable || by.nullable, name };
}

function textOf(operand: Expression, name: string): Expression {
  if (operand.type.kind === 'binary' || ['array', 'map', 'struct', 'variant'].includes(operand.type.kind))
    throw unexpectedType(name, 'first', '"STRING"', operand);
  return castTo(operand, types.string);
}

/** `LIKE ANY | ALL (…)`. */
export function likeList(node: Of<'likeList'>, operand: Expression, patterns: readonly Expression[]): Expression {
  const { operator, every, negated } = node;
  if (operator !== 'LIKE') throw unsupported(`${operator} ${every ? 'ALL' : 'ANY'}`);
  const name = `${negated ? 'not' : ''}like${every ? 'all' : 'any'}(${operand.name})`;
  const each = patterns.map((pattern) => negatedIf(negated, matched('LIKE', operand, pattern, DEFAULT_ESCAPE, name)));
  const [first, ...others] = each;
  if (first === undefined) throw unsupported('LIKE with no pattern');
  const all = others.reduce((left, right) => binary(every ? 'AND' : 'OR', left, right), first);
  return { ...all, nullable: true, name };
}
