import { array, decimal, types, type ColumnType } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';
import { notInWarehouse } from './failures.ts';
import { aggregate, type Example, type Form, type Modifiers, type SqlFunction } from './function.ts';
import { verbatim } from './render.ts';
import { ofFirst, typeAt } from './typing.ts';
import { simple } from './simple-aggregate.ts';

type Args = readonly Expression[];

const MAX_PRECISION = 38;
const ONE_TO_THREE = 'FROM VALUES (1), (2), (3) AS tab(col)';

/** DECIMAL of more digits, as far as there are. */
const moreDigits = (type: ColumnType, whole: number, fraction: number): ColumnType =>
  type.kind === 'decimal'
    ? decimal(
        Math.min(MAX_PRECISION, type.precision + whole + fraction),
        Math.min(MAX_PRECISION, type.scale + fraction),
      )
    : type;

const isWhole = (args: Args): boolean => ['tinyint', 'smallint', 'int', 'bigint'].includes(typeAt(args, 0).kind);
const isDecimal = (args: Args): boolean => typeAt(args, 0).kind === 'decimal';

function sumType(args: Args): ColumnType {
  if (isDecimal(args)) return moreDigits(typeAt(args, 0), 10, 0);
  return isWhole(args) ? types.bigint : types.double;
}
function sum(args: Args): string {
  const total = 'sum({distinct}{0}){tail}';
  return isWhole(args) ? `spark_whole_sum(${total})` : `CAST(${total} AS {type})`;
}
const trySum = (args: Args): string => (isWhole(args) ? 'TRY_CAST(sum({distinct}{0}){tail} AS BIGINT)' : sum(args));

const averageType = (args: Args): ColumnType => (isDecimal(args) ? moreDigits(typeAt(args, 0), 0, 4) : types.double);
function average(args: Args): string {
  if (!isDecimal(args)) return 'avg({distinct}CAST({0} AS DOUBLE)){tail}';
  const type = averageType(args);
  const scale = type.kind === 'decimal' ? type.scale : 0;
  if (scale !== scaleOf(args) + 4) throw notInWarehouse(`The function avg(${typeAt(args, 0).text})`);
  return `CAST(spark_scaled(spark_decimal_mean(sum({distinct}{0}){tail}, count({distinct}{0}){tail}), ${scale}) AS {type})`;
}
function scaleOf(args: Args): number {
  const type = typeAt(args, 0);
  return type.kind === 'decimal' ? type.scale : 0;
}

/** How many rows have none of several values NULL. */
function count(args: Args): string {
  if (args.length === 1) return 'count({distinct}{0}){tail}';
  const present = args.map((_, index) => `{${index}} IS NOT NULL`).join(' AND ');
  return `count({distinct}CASE WHEN ${present} THEN ROW({*}) END){tail}`;
}

/** The first or the last value; only a window passes NULLs by itself. */
const endValue =
  (name: 'first' | 'last'): Form['sql'] =>
  (args, modifiers) => {
    const ignoresNulls = modifiers.ignoreNulls === true || args[1]?.constant === true;
    if (modifiers.over)
      return args[1]?.constant === true ? `${name}({0} IGNORE NULLS){tail}` : `${name}({0}{nulls}){tail}`;
    if (!ignoresNulls) return `${name}({0}{order}){nulls}{tail}`;
    return asIgnored(`list_filter(list({0}{order}){tail}, lambda x: x IS NOT NULL)[${name === 'first' ? 1 : -1}]`);
  };
/** IGNORE NULLS has been seen to. */
const asIgnored = (sql: string): string => `${sql}/*{nulls}*/`;

const ends = (
  name: 'first' | 'last',
  title: string,
  aliases: readonly string[],
  examples: readonly Example[],
): SqlFunction =>
  aggregate(
    title,
    [
      { takes: ['any'], returns: ofFirst, sql: endValue(name), nullable: true },
      { takes: ['any', 'booleanLiteral'], returns: ofFirst, sql: endValue(name), nullable: true, hides: 1 },
    ],
    examples,
    { aliases },
  );

const COLLECTED = 'coalesce(list_filter(list({distinct}{0}{order}){tail}, lambda x: x IS NOT NULL), [])';
const collect: Form = {
  takes: ['any'],
  returns: (args) => array(typeAt(args, 0)),
  sql: `CAST(${COLLECTED} AS {type})`,
  nullable: false,
};

/** `WITHIN GROUP (ORDER BY …)` as DuckDB has it inside of a call. */
function orderWithin({ within, order }: Modifiers): string {
  if (within === undefined) return order ? '{order}' : '';
  const keys = within.map(
    ({ key, descending }) => `${verbatim(key.sql)} ${descending ? 'DESC NULLS LAST' : 'ASC NULLS FIRST'}`,
  );
  return ` ORDER BY ${keys.join(', ')}`;
}

const listagg =
  (delimiter: string): Form['sql'] =>
  (_args, modifiers) =>
    `string_agg({distinct}{0}, ${delimiter}${orderWithin(modifiers)}){tail}`;

/** Functions of groups. */
export const AGGREGATE_FUNCTIONS: readonly SqlFunction[] = [
  aggregate(
    'count',
    [
      { takes: [], returns: types.bigint, sql: 'count(*){tail}', nullable: false, shown: ['1'] },
      { takes: ['any'], more: 'any', returns: types.bigint, sql: count, nullable: false },
    ],
    [
      ['count(*) FROM VALUES (NULL), (5), (5), (20) AS tab(col)', '4', 'bigint', 'count(1)'],
      ['count(col) FROM VALUES (NULL), (5), (5), (20) AS tab(col)', '3', 'bigint'],
      ['count(DISTINCT col) FROM VALUES (NULL), (5), (5), (10) AS tab(col)', '2', 'bigint'],
      ['count(a, b) FROM VALUES (1, NULL), (1, 2) AS tab(a, b)', '1', 'bigint'],
    ],
  ),
  aggregate(
    'count_if',
    {
      takes: ['boolean'],
      returns: types.bigint,
      sql: 'CAST(count_if({distinct}{0}){tail} AS BIGINT)',
      nullable: false,
    },
    [['count_if(col) FROM VALUES (true), (NULL), (false), (true) AS tab(col)', '2', 'bigint']],
  ),
  aggregate('sum', { takes: ['numeric'], returns: sumType, sql: sum, nullable: true }, [
    ['sum(col) FROM VALUES (5), (10), (15) AS tab(col)', '30', 'bigint'],
    ['sum(DISTINCT col) FROM VALUES (5), (10), (10), (15) AS tab(col)', '30', 'bigint'],
    ['sum(col) FROM VALUES (1.5), (2.25) AS tab(col)', '3.75', 'decimal(13,2)'],
    ['sum(col) FROM VALUES (NULL), (NULL) AS tab(col)', null, 'double'],
  ]),
  aggregate('try_sum', { takes: ['numeric'], returns: sumType, sql: trySum, nullable: true }, [
    ['try_sum(col) FROM VALUES (5), (10), (15) AS tab(col)', '30', 'bigint'],
    ['try_sum(col) FROM VALUES (9223372036854775807L), (1L) AS tab(col)', null, 'bigint'],
  ]),
  aggregate(
    'avg',
    { takes: ['numeric'], returns: averageType, sql: average, nullable: true },
    [
      [`avg(col) ${ONE_TO_THREE}`, '2.0', 'double'],
      ['avg(col) FROM VALUES (1), (2), (NULL) AS tab(col)', '1.5', 'double'],
      ['avg(col) FROM VALUES (1.0), (2.0), (2.0) AS tab(col)', '1.66667', 'decimal(6,5)'],
      ['mean(DISTINCT col) FROM VALUES (1), (1), (2) AS tab(col)', '1.5', 'double'],
    ],
    { aliases: ['mean'] },
  ),
  simple('min', ['ordered'], ofFirst, 'min({distinct}{0}){tail}', [
    ['min(col) FROM VALUES (10), (-1), (20) AS tab(col)', '-1', 'int'],
  ]),
  simple('max', ['ordered'], ofFirst, 'max({distinct}{0}){tail}', [
    ["max(col) FROM VALUES ('a'), ('Z') AS tab(col)", 'a', 'string'],
  ]),
  simple('min_by', ['any', 'ordered'], ofFirst, 'arg_min_null({0}, {1}){tail}', [
    ["min_by(x, y) FROM VALUES ('a', 10), ('b', 50), ('c', 20) AS tab(x, y)", 'a', 'string'],
  ]),
  simple('max_by', ['any', 'ordered'], ofFirst, 'arg_max_null({0}, {1}){tail}', [
    ["max_by(x, y) FROM VALUES ('a', 10), ('b', 50), ('c', 20) AS tab(x, y)", 'b', 'string'],
    ["max_by(x, y) FROM VALUES ('a', 10), (NULL, 50), ('c', NULL) AS tab(x, y)", null, 'string'],
  ]),
  ends(
    'first',
    'first',
    ['first_value', 'any_value'],
    [
      ['first(col) FROM VALUES (10), (5), (20) AS tab(col)', '10', 'int'],
      ['first(col) FROM VALUES (NULL), (5), (20) AS tab(col)', null, 'int'],
      ['first(col, true) FROM VALUES (NULL), (5), (20) AS tab(col)', '5', 'int', 'first(col)'],
      ['any_value(col) FROM VALUES (10), (10) AS tab(col)', '10', 'int'],
    ],
  ),
  ends(
    'last',
    'last',
    ['last_value'],
    [
      ['last(col) FROM VALUES (10), (5), (20) AS tab(col)', '20', 'int'],
      ['last(col) IGNORE NULLS FROM VALUES (10), (5), (NULL) AS tab(col)', '5', 'int', 'last(col)'],
      ['last_value(col) FROM VALUES (10), (NULL) AS tab(col)', null, 'int'],
    ],
  ),
  aggregate(
    'collect_list',
    collect,
    [
      ['collect_list(col) FROM VALUES (1), (2), (NULL), (1) AS tab(col)', '[1,2,1]', 'array<int>'],
      ['array_agg(col) FROM VALUES (1), (2), (NULL), (1) AS tab(col)', '[1,2,1]', 'array<int>', 'collect_list(col)'],
    ],
    { synonyms: ['array_agg'] },
  ),
  aggregate(
    'collect_set',
    { ...collect, sql: `CAST(${COLLECTED.replace('{distinct}', 'DISTINCT ').replace('{order}', '')} AS {type})` },
    [
      [
        'sort_array(collect_set(col)) FROM VALUES (1), (2), (NULL), (1) AS tab(col)',
        '[1,2]',
        'array<int>',
        'sort_array(collect_set(col), true)',
      ],
    ],
  ),
  simple(
    'bool_and',
    ['boolean'],
    types.boolean,
    'bool_and({distinct}{0}){tail}',
    [
      ['bool_and(col) FROM VALUES (true), (false), (true) AS tab(col)', 'false', 'boolean'],
      ['every(col) FROM VALUES (true), (NULL), (true) AS tab(col)', 'true', 'boolean'],
    ],
    ['every'],
  ),
  simple(
    'bool_or',
    ['boolean'],
    types.boolean,
    'bool_or({distinct}{0}){tail}',
    [
      ['bool_or(col) FROM VALUES (true), (false), (false) AS tab(col)', 'true', 'boolean'],
      ['any(col) FROM VALUES (NULL), (false) AS tab(col)', 'false', 'boolean'],
      ['some(col) FROM VALUES (true), (false) AS tab(col)', 'true', 'boolean'],
    ],
    ['any', 'some'],
  ),
  simple('bit_and', ['integral'], ofFirst, 'bit_and({distinct}{0}){tail}', [
    ['bit_and(col) FROM VALUES (3), (5) AS tab(col)', '1', 'int'],
  ]),
  simple('bit_or', ['integral'], ofFirst, 'bit_or({distinct}{0}){tail}', [
    ['bit_or(col) FROM VALUES (3), (5) AS tab(col)', '7', 'int'],
  ]),
  simple('bit_xor', ['integral'], ofFirst, 'bit_xor({distinct}{0}){tail}', [
    ['bit_xor(col) FROM VALUES (3), (5) AS tab(col)', '6', 'int'],
  ]),
  simple('mode', ['ordered'], ofFirst, 'mode({0}){tail}', [
    ['mode(col) FROM VALUES (0), (10), (10) AS tab(col)', '10', 'int'],
  ]),
  aggregate(
    'listagg',
    [
      { takes: ['string'], returns: types.string, sql: listagg("''"), nullable: true, shown: ['NULL'] },
      { takes: ['string', 'stringLiteral'], returns: types.string, sql: listagg('{1}'), nullable: true },
    ],
    [
      ["listagg(col) FROM VALUES ('a'), ('b'), (NULL), ('c') AS tab(col)", 'abc', 'string', 'listagg(col, NULL)'],
      ["string_agg(col, ', ') FROM VALUES ('a'), ('b') AS tab(col)", 'a, b', 'string'],
    ],
    { aliases: ['string_agg'] },
  ),
];
