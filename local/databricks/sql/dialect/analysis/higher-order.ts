import { array, map, types, type ColumnType } from '../../types/column-type.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { isSameType } from '../../types/type-name.ts';
import type { Expr } from '../syntax/ast.ts';
import { castTo } from './cast.ts';
import { unexpectedType } from './errors.ts';
import type { Expression } from './expression.ts';
import { withOperand } from './operand.ts';

type Lambda = Extract<Expr, { kind: 'lambda' }>;

/** What a lambda's parameter stands for: DuckDB's SQL and its type. */
export interface LambdaParameter {
  sql: string;
  type: ColumnType;
  nullable?: boolean;
}

/** What higher-order functions are made with. */
export interface LambdaContext {
  /** An argument that is no lambda. */
  value: (expr: Expr) => Expression;
  /** The body of a lambda, given what its parameters stand for. */
  body: (lambda: Lambda, parameters: readonly LambdaParameter[]) => Expression;
  /** A variable of DuckDB's that no lambda around uses. */
  variable: (place: number) => string;
}

type HigherOrder = (name: string, args: readonly Expr[], context: LambdaContext) => Expression;

const VARIABLE = 'namedlambdavariable()';

/** A lambda as Databricks prints it in a column's name. */
const lambdaName = (body: Expression, count: number): string =>
  `lambdafunction(${[body.name, ...Array.from({ length: count }, () => VARIABLE)].join(', ')})`;

const shown = (name: string, parts: readonly string[]): string => `${name}(${parts.join(', ')})`;

function argumentsOf(
  name: string,
  args: readonly Expr[],
  values: number,
  lambdas: number,
): { values: Expr[]; lambdas: Lambda[] } {
  const found = args.filter((arg): arg is Lambda => arg.kind === 'lambda');
  const others = args.filter((arg) => arg.kind !== 'lambda');
  if (args.length !== values + lambdas)
    throw new SqlError(
      'WRONG_NUM_ARGS.WITHOUT_SUGGESTION',
      '42605',
      `The \`${name}\` requires ${values + lambdas} parameters but the actual number is ${args.length}. Please, refer to 'https://docs.databricks.com/sql/language-manual/sql-ref-functions.html' for a fix.`,
    );
  if (found.length !== lambdas || others.length !== values) throw unsupported(`${name} without a lambda`);
  return { values: others, lambdas: found };
}

function listOf(name: string, value: Expression): Expression & { type: Extract<ColumnType, { kind: 'array' }> } {
  if (value.type.kind !== 'array') throw unexpectedType(shown(name, [value.name]), 'first', '"ARRAY"', value);
  return { ...value, type: value.type };
}

function mapOf(name: string, value: Expression): Expression & { type: Extract<ColumnType, { kind: 'map' }> } {
  if (value.type.kind !== 'map') throw unexpectedType(shown(name, [value.name]), 'first', '"MAP"', value);
  return { ...value, type: value.type };
}

function checkParameters(lambda: Lambda, allowed: readonly number[]): void {
  if (allowed.includes(lambda.parameters.length)) return;
  throw new SqlError(
    'INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH',
    '42K0D',
    `Invalid lambda function call. A higher order function expects ${lambda.parameters.length} arguments, but got ${allowed.at(-1) ?? 0}.`,
  );
}

/** `lambda x, i: …` over a list: the element, and its place from 0 when the lambda takes it. */
function overList(
  lambda: Lambda,
  element: ColumnType,
  { body, variable }: LambdaContext,
): { head: string; body: Expression } {
  checkParameters(lambda, [1, 2]);
  const [item, place] = [variable(0), variable(1)];
  const index: LambdaParameter = { sql: `CAST(${place} - 1 AS INTEGER)`, type: types.int, nullable: false };
  const parameters = [{ sql: item, type: element }, index].slice(0, lambda.parameters.length);
  const names = [item, place].slice(0, lambda.parameters.length).join(', ');
  return { head: `lambda ${names}`, body: body(lambda, parameters) };
}

const transform: HigherOrder = (name, args, context) => {
  const { values, lambdas } = argumentsOf(name, args, 1, 1);
  const [value, lambda] = [values[0], lambdas[0]] as [Expr, Lambda];
  const list = listOf(name, context.value(value));
  const { head, body } = overList(lambda, list.type.element, context);
  const type = array(body.type);
  const sql = `CAST(list_transform(${list.sql}, ${head}: ${body.sql}) AS ${duckdbType(type)})`;
  return {
    sql,
    type,
    nullable: list.nullable,
    name: shown(name, [list.name, lambdaName(body, lambda.parameters.length)]),
  };
};

const filter: HigherOrder = (name, args, context) => {
  const { values, lambdas } = argumentsOf(name, args, 1, 1);
  const [value, lambda] = [values[0], lambdas[0]] as [Expr, Lambda];
  const list = listOf(name, context.value(value));
  const { head, body } = overList(lambda, list.type.element, context);
  const sql = `list_filter(${list.sql}, ${head}: ${condition(body, name)})`;
  return {
    sql,
    type: list.type,
    nullable: list.nullable,
    name: shown(name, [list.name, lambdaName(body, lambda.parameters.length)]),
  };
};

function condition(body: Expression, name: string): string {
  if (body.type.kind !== 'boolean' && body.type.kind !== 'void')
    throw unexpectedType(shown(name, [body.name]), 'second', '"BOOLEAN"', body);
  return castTo(body, types.boolean).sql;
}

/** `exists` and `forall`, with SQL's third truth value. */
const quantified =
  (found: 'true' | 'false'): HigherOrder =>
  (name, args, context) => {
    const { values, lambdas } = argumentsOf(name, args, 1, 1);
    const [value, lambda] = [values[0], lambdas[0]] as [Expr, Lambda];
    checkParameters(lambda, [1]);
    const list = listOf(name, context.value(value));
    const { head, body } = overList(lambda, list.type.element, context);
    const tested = `list_transform(${list.sql}, ${head}: ${condition(body, name)})`;
    const other = found === 'true' ? 'false' : 'true';
    const sql = withOperand(
      tested,
      (all) =>
        `CASE WHEN ${all} IS NULL THEN NULL WHEN list_contains(${all}, ${found}) THEN ${found} WHEN len(list_filter(${all}, lambda missing: missing IS NULL)) > 0 THEN NULL ELSE ${other} END`,
    );
    return { sql, type: types.boolean, nullable: true, name: shown(name, [list.name, lambdaName(body, 1)]) };
  };

const aggregate: HigherOrder = (name, args, context) => {
  const withFinish = args.length === 4;
  const { values, lambdas } = argumentsOf(name, args, 2, withFinish ? 2 : 1);
  const [merge, finish] = lambdas as [Lambda, Lambda | undefined];
  checkParameters(merge, [2]);
  const list = listOf(name, context.value(values[0] as Expr));
  const start = context.value(values[1] as Expr);
  const [total, item] = [context.variable(0), context.variable(1)];
  const merged = context.body(merge, [
    { sql: total, type: start.type },
    { sql: item, type: list.type.element },
  ]);
  if (!isSameType(merged.type, start.type))
    throw unexpectedType(
      shown(name, [list.name, start.name, lambdaName(merged, 2)]),
      'third',
      `"${start.type.text}"`,
      merged,
    );
  const reduced = `list_reduce(${list.sql}, lambda ${total}, ${item}: ${merged.sql}, ${start.sql})`;
  const names = [list.name, start.name, lambdaName(merged, 2)];
  if (finish === undefined) {
    const identity = `lambdafunction(${VARIABLE}, ${VARIABLE})`;
    return { sql: reduced, type: start.type, nullable: true, name: shown(name, [...names, identity]) };
  }
  checkParameters(finish, [1]);
  const last = context.body(finish, [{ sql: total, type: start.type }]);
  const sql = `CASE WHEN ${list.sql} IS NULL THEN NULL ELSE list_transform([${reduced}], lambda ${total}: ${last.sql})[1] END`;
  return { sql, type: last.type, nullable: true, name: shown(name, [...names, lambdaName(last, 1)]) };
};

const zipWith: HigherOrder = (name, args, context) => {
  const { values, lambdas } = argumentsOf(name, args, 2, 1);
  const lambda = lambdas[0] as Lambda;
  checkParameters(lambda, [2]);
  const left = listOf(name, context.value(values[0] as Expr));
  const right = listOf(name, context.value(values[1] as Expr));
  const pair = context.variable(0);
  const body = context.body(lambda, [
    { sql: `struct_extract_at(${pair}, 1)`, type: left.type.element },
    { sql: `struct_extract_at(${pair}, 2)`, type: right.type.element },
  ]);
  const type = array(body.type);
  const zipped = `list_transform(list_zip(${left.sql}, ${right.sql}), lambda ${pair}: ${body.sql})`;
  const sql = `CASE WHEN ${left.sql} IS NULL OR ${right.sql} IS NULL THEN NULL ELSE CAST(${zipped} AS ${duckdbType(type)}) END`;
  return {
    sql,
    type,
    nullable: left.nullable || right.nullable,
    name: shown(name, [left.name, right.name, lambdaName(body, 2)]),
  };
};

/** Functions over the entries of a map, with a lambda of key and value. */
const overMap =
  (
    make: (
      map: ReturnType<typeof mapOf>,
      body: Expression,
      head: string,
      entry: string,
    ) => { sql: string; type: ColumnType },
  ): HigherOrder =>
  (name, args, context) => {
    const { values, lambdas } = argumentsOf(name, args, 1, 1);
    const lambda = lambdas[0] as Lambda;
    checkParameters(lambda, [2]);
    const of = mapOf(name, context.value(values[0] as Expr));
    const entry = context.variable(0);
    const body = context.body(lambda, [
      { sql: `${entry}.key`, type: of.type.key, nullable: false },
      { sql: `${entry}.value`, type: of.type.value },
    ]);
    const made = make(of, body, `lambda ${entry}`, entry);
    return { ...made, nullable: of.nullable, name: shown(name, [of.name, lambdaName(body, 2)]) };
  };

const mapFilter = overMap((of, body, head) => ({
  sql: `map_from_entries(list_filter(map_entries(${of.sql}), ${head}: ${condition(body, 'map_filter')}))`,
  type: of.type,
}));

const entries = (
  of: Expression,
  head: string,
  key: string,
  value: string,
  type: ColumnType,
): { sql: string; type: ColumnType } => {
  const made = `list_transform(map_entries(${of.sql}), ${head}: struct_pack(key := ${key}, value := ${value}))`;
  return {
    sql: `CASE WHEN ${of.sql} IS NULL THEN NULL ELSE CAST(spark_map_entries(${made}) AS ${duckdbType(type)}) END`,
    type,
  };
};

const transformKeys = overMap((of, body, head, entry) =>
  entries(of, head, body.sql, `${entry}.value`, map(body.type, of.type.value)),
);

const transformValues = overMap((of, body, head, entry) =>
  entries(of, head, `${entry}.key`, body.sql, map(of.type.key, body.type)),
);

/** Higher-order functions of the local warehouse. */
export const HIGHER_ORDER: Readonly<Record<string, HigherOrder>> = {
  transform,
  filter,
  exists: quantified('true'),
  forall: quantified('false'),
  aggregate,
  reduce: aggregate,
  zip_with: zipWith,
  map_filter: mapFilter,
  transform_keys: transformKeys,
  transform_values: transformValues,
};
