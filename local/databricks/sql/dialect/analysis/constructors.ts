import { array, map, struct, types, type ColumnType } from '../../types/column-type.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import { quoteIdentifier } from '../../quoting.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { typeName } from '../../types/type-name.ts';
import { castTo, commonType } from './cast.ts';
import type { Expression } from './expression.ts';

/** An argument with the alias that it was given, as in `struct(1 AS a)`. */
export interface NamedArgument {
  alias: string | undefined;
  value: Expression;
}

const names = (args: readonly NamedArgument[]): string => args.map(({ value }) => value.name).join(', ');

function arrayOf(args: readonly NamedArgument[]): Expression {
  const values = args.map(({ value }) => value);
  const name = `array(${names(args)})`;
  const element = commonType(values, name);
  const sql = `CAST([${values.map((value) => castTo(value, element).sql).join(', ')}] AS ${duckdbType(array(element))})`;
  return { sql, type: array(element), nullable: false, name };
}

function mapOf(args: readonly NamedArgument[]): Expression {
  const name = `map(${names(args)})`;
  if (args.length % 2 === 1)
    throw new SqlError(
      'WRONG_NUM_ARGS.WITHOUT_SUGGESTION',
      '42605',
      `The \`map\` requires 2n (n > 0) parameters but the actual number is ${args.length}.`,
    );
  const keys = args.filter((_, index) => index % 2 === 0).map(({ value }) => value);
  const values = args.filter((_, index) => index % 2 === 1).map(({ value }) => value);
  const [key, value] = [commonType(keys, name), commonType(values, name)];
  if (key.kind === 'map' || key.kind === 'variant')
    throw new SqlError(
      'DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE',
      '42K09',
      `Cannot resolve "${name}" due to data type mismatch: The key of map cannot be/contain "${key.text}".`,
    );
  const type = map(key, value);
  const list = (items: readonly Expression[], as: ColumnType) =>
    `CAST([${items.map((item) => castTo(item, as).sql).join(', ')}] AS ${duckdbType(as)}[])`;
  return { sql: `spark_map(${list(keys, key)}, ${list(values, value)})`, type, nullable: false, name };
}

function structOf(args: readonly NamedArgument[]): Expression {
  const fields = args.map(({ alias, value }, index) => ({
    name: alias ?? value.title ?? fieldName(value, index),
    value,
  }));
  const shown = args.map(({ alias, value }) => (alias === undefined ? value.name : `${value.name} AS ${alias}`));
  return packed(fields, `struct(${shown.join(', ')})`);
}

/** A column keeps its name, everything else is numbered. */
const fieldName = (value: Expression, index: number): string => value.column ?? `col${index + 1}`;

function namedStructOf(args: readonly NamedArgument[]): Expression {
  const name = `named_struct(${names(args)})`;
  const fields = args.flatMap(({ value }, index) => {
    if (index % 2 === 1) return [];
    const item = args[index + 1]?.value;
    if (typeof value.constant !== 'string' || item === undefined)
      throw new SqlError(
        'DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING',
        '42K09',
        `Cannot resolve "${name}" due to data type mismatch: Only foldable \`STRING\` expressions are allowed to appear at odd position, but they are ["${value.name}"].`,
      );
    return [{ name: value.constant, value: item }];
  });
  return packed(fields, name);
}

/** A struct of fields, which must differ in their names. */
export function packed(fields: readonly { name: string; value: Expression }[], name: string): Expression {
  const lower = fields.map((field) => field.name.toLowerCase());
  if (new Set(lower).size < lower.length) throw unsupported('A struct with two fields of one name');
  if (fields.length === 0) throw unsupported('A struct without fields');
  const type = struct(fields.map((field) => ({ name: field.name, type: field.value.type })));
  const items = fields.map((field) => `${quoteIdentifier(field.name)} := ${stored(field.value)}`);
  return { sql: `struct_pack(${items.join(', ')})`, type, nullable: false, name };
}

/** NULL without a type is kept in a type of DuckDB's. */
const stored = ({ sql, type }: Expression): string =>
  type.kind === 'void' ? `CAST(${sql} AS ${duckdbType(type)})` : sql;

function typeOf([argument]: readonly NamedArgument[]): Expression {
  const { type, name } = argument?.value ?? { type: types.void, name: '' };
  return {
    sql: `'${typeName(type).replaceAll("'", "''")}'`,
    type: types.string,
    nullable: false,
    name: `typeof(${name})`,
  };
}

/** Functions that put values together, whatever their types. */
export const CONSTRUCTORS: Readonly<Record<string, (args: readonly NamedArgument[]) => Expression>> = {
  array: arrayOf,
  map: mapOf,
  struct: structOf,
  named_struct: namedStructOf,
  typeof: typeOf,
};
