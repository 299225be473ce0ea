import { types, type ColumnType } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import { unsupported } from '../../sql-error.ts';
import { unexpectedType } from './errors.ts';
import type { Expression } from './expression.ts';
import type { OutputColumn } from './analyzed-query.ts';
import { distinctNames } from './output.ts';

/** The rows that a generator makes of its argument: a query and its columns. */
export interface Generated {
  sql: string;
  columns: readonly OutputColumn[];
}

interface GeneratedColumn {
  name: string;
  sql: string;
  type: ColumnType;
  nullable: boolean;
}

type Generator = (argument: Expression, outer: boolean) => Generated;

function generated(columns: readonly GeneratedColumn[], outer: boolean): Generated {
  const named = distinctNames(columns.map(({ name, type, nullable }) => ({ name, type, nullable: nullable || outer })));
  const items = columns.map(({ sql }, index) => `${sql} AS ${named[index]?.sql ?? ''}`);
  return { sql: `SELECT ${items.join(', ')}`, columns: named };
}

const explode =
  (withPlace: boolean): Generator =>
  (argument, outer) => {
    const { type, sql } = argument;
    if (type.kind !== 'array' && type.kind !== 'map')
      throw unexpectedType(`explode(${argument.name})`, 'first', '("ARRAY" or "MAP")', argument);
    const place = withPlace
      ? [
          {
            name: 'pos',
            sql: `unnest(spark_places_of(${type.kind === 'map' ? `map_keys(${sql})` : sql}))`,
            type: types.int,
            nullable: false,
          },
        ]
      : [];
    const values =
      type.kind === 'array'
        ? [{ name: 'col', sql: `unnest(${sql})`, type: type.element, nullable: true }]
        : [
            { name: 'key', sql: `unnest(map_keys(${sql}))`, type: type.key, nullable: false },
            { name: 'value', sql: `unnest(map_values(${sql}))`, type: type.value, nullable: true },
          ];
    return generated([...place, ...values], outer);
  };

const inline: Generator = (argument, outer) => {
  const { type, sql } = argument;
  if (type.kind !== 'array' || type.element.kind !== 'struct')
    throw unexpectedType(`inline(${argument.name})`, 'first', '"ARRAY<STRUCT>"', argument);
  const { fields } = type.element;
  const columns = fields.map(({ name, type: of }) => ({
    name,
    type: of,
    sql: `struct_extract(element, ${quoteString(name)})`,
    nullable: true,
  }));
  const { sql: items, columns: named } = generated(columns, outer);
  return { sql: `${items} FROM (SELECT unnest(${sql}) AS element)`, columns: named };
};

/** Functions that make rows; those of the same name with `_outer` keep a row for nothing. */
export const GENERATORS: Readonly<Record<string, { make: Generator; outer: boolean }>> = {
  explode: { make: explode(false), outer: false },
  explode_outer: { make: explode(false), outer: true },
  posexplode: { make: explode(true), outer: false },
  posexplode_outer: { make: explode(true), outer: true },
  inline: { make: inline, outer: false },
  inline_outer: { make: inline, outer: true },
};

/** The generator of a name. @throws SqlError 0A000 */
export function generatorOf(name: string): { make: Generator; outer: boolean } {
  const generator = Object.hasOwn(GENERATORS, name) ? GENERATORS[name] : undefined;
  if (generator === undefined) throw unsupported(`The table function ${name}`);
  return generator;
}
