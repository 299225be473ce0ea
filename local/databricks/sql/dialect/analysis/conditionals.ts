import { types } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import { SqlError } from '../../sql-error.ts';
import { arithmetic } from './arithmetic.ts';
import { castTo, commonType } from './cast.ts';
import { comparison } from './comparison.ts';
import { unexpectedType } from './errors.ts';
import type { Expression } from './expression.ts';

/** WHEN and THEN of a CASE. */
export interface Branch {
  when: Expression;
  result: Expression;
}

/** CASE; with an operand each branch compares it. */
export function caseOf(
  operand: Expression | undefined,
  branches: readonly Branch[],
  otherwise: Expression | undefined,
): Expression {
  const conditions = branches.map(({ when }) => (operand !== undefined ? equality(operand, when) : when));
  const results = [...branches.map(({ result }) => result), ...(otherwise !== undefined ? [otherwise] : [])];
  const name = [
    'CASE',
    ...branches.map(({ result }, index) => `WHEN ${conditions[index]?.name ?? ''} THEN ${result.name}`),
    ...(otherwise !== undefined ? [`ELSE ${otherwise.name}`] : []),
    'END',
  ].join(' ');
  const type = commonType(results, name);
  const texts = branches.map(
    ({ result }, index) => `WHEN ${condition(conditions[index], name)} THEN ${castTo(result, type).sql}`,
  );
  const last = otherwise !== undefined ? ` ELSE ${castTo(otherwise, type).sql}` : '';
  return {
    sql: `CASE ${texts.join(' ')}${last} END`,
    type,
    nullable: otherwise === undefined || results.some(({ nullable }) => nullable),
    name,
  };
}

function equality(left: Expression, right: Expression): Expression {
  const name = `(${left.name} = ${right.name})`;
  return { nullable: true, ...comparison('=', left, right, name), name };
}

function condition(expression: Expression | undefined, name: string): string {
  if (expression === undefined) return 'false';
  if (expression.type.kind !== 'boolean' && expression.type.kind !== 'void')
    throw unexpectedType(name, 'first', '"BOOLEAN"', expression);
  return castTo(expression, types.boolean).sql;
}

function ifOf(name: string, [when, then, otherwise]: readonly Expression[]): Expression {
  if (when === undefined || then === undefined || otherwise === undefined)
    throw new TypeError('IF takes three arguments.');
  const plain = caseOf(undefined, [{ when, result: then }], otherwise);
  return { ...plain, name: `(${name.toUpperCase()}(${when.name}, ${then.name}, ${otherwise.name}))` };
}

function coalesced(name: string, args: readonly Expression[]): Expression {
  const shown = `${name}(${args.map((arg) => arg.name).join(', ')})`;
  const type = commonType(args, shown);
  const sql = `coalesce(${args.map((arg) => castTo(arg, type).sql).join(', ')})`;
  return {
    sql: type.kind === 'void' ? 'NULL' : sql,
    type,
    nullable: args.every(({ nullable }) => nullable),
    name: shown,
  };
}

function nvl2(name: string, [tested, then, otherwise]: readonly Expression[]): Expression {
  if (tested === undefined || then === undefined || otherwise === undefined)
    throw new TypeError('nvl2 takes three arguments.');
  const shown = `${name}(${[tested, then, otherwise].map((arg) => arg.name).join(', ')})`;
  const type = commonType([then, otherwise], shown);
  const sql = `CASE WHEN ${tested.sql} IS NOT NULL THEN ${castTo(then, type).sql} ELSE ${castTo(otherwise, type).sql} END`;
  return { sql, type, nullable: then.nullable || otherwise.nullable, name: shown };
}

function nullIf(name: string, [value, other]: readonly Expression[]): Expression {
  if (value === undefined || other === undefined) throw new TypeError('nullif takes two arguments.');
  const shown = `${name}(${value.name}, ${other.name})`;
  const equal = comparison('=', value, other, `(${value.name} = ${other.name})`);
  return {
    sql: `CASE WHEN ${equal.sql} THEN NULL ELSE ${value.sql} END`,
    type: value.type,
    nullable: true,
    name: shown,
  };
}

const raised = (message: string): string => `error('[USER_RAISED_EXCEPTION] ' || ${message} || ' SQLSTATE: P0001')`;

function raiseError(name: string, [message]: readonly Expression[]): Expression {
  if (message === undefined) throw new TypeError('raise_error takes one argument.');
  const text = castTo(message, types.string).sql;
  return {
    sql: raised(text),
    type: types.void,
    nullable: true,
    name: `${name}(USER_RAISED_EXCEPTION, map(errorMessage, ${message.name}))`,
  };
}

function assertTrue(name: string, [tested, message]: readonly Expression[]): Expression {
  if (tested === undefined) throw new TypeError('assert_true takes a condition.');
  const shown =
    message !== undefined ? `${tested.name}, ${message.name}` : `${tested.name}, '${tested.name}' is not true!`;
  const text = message !== undefined ? castTo(message, types.string).sql : quoteString(`'${tested.name}' is not true!`);
  const sql = `CASE WHEN ${condition(tested, name)} THEN NULL ELSE ${raised(text)} END`;
  return { sql, type: types.void, nullable: true, name: `${name}(${shown})` };
}

function remainder(name: string, [left, right]: readonly Expression[]): Expression {
  if (left === undefined || right === undefined) throw new TypeError('mod takes two arguments.');
  const shown = `${name}(${left.name}, ${right.name})`;
  const nullable = left.nullable || right.nullable;
  return { nullable, ...arithmetic('%', left, right, shown), name: shown };
}

interface Conditional {
  count: (count: number) => boolean;
  make: (name: string, args: readonly Expression[]) => Expression;
}

/** Functions that choose among their arguments. */
export const CONDITIONALS: Readonly<Record<string, Conditional>> = {
  if: { count: (count) => count === 3, make: ifOf },
  iff: { count: (count) => count === 3, make: ifOf },
  coalesce: { count: (count) => count > 0, make: coalesced },
  nvl: { count: (count) => count === 2, make: coalesced },
  ifnull: { count: (count) => count === 2, make: coalesced },
  nvl2: { count: (count) => count === 3, make: nvl2 },
  mod: { count: (count) => count === 2, make: remainder },
  nullif: { count: (count) => count === 2, make: nullIf },
  raise_error: { count: (count) => count === 1, make: raiseError },
  assert_true: { count: (count) => count === 1 || count === 2, make: assertTrue },
};

/** WRONG_NUM_ARGS. */
export function wrongCount(name: string, expected: string, count: number): SqlError {
  return new SqlError(
    'WRONG_NUM_ARGS.WITHOUT_SUGGESTION',
    '42605',
    `The \`${name}\` requires ${expected} parameters but the actual number is ${count}. Please, refer to 'https://docs.databricks.com/sql/language-manual/sql-ref-functions.html' for a fix.`,
  );
}
