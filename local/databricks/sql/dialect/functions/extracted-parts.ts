import { decimal, types, type ColumnType } from '../../types/column-type.ts';
import { SqlError } from '../../sql-error.ts';
import { castTo } from '../analysis/cast.ts';
import type { Expression } from '../analysis/expression.ts';
import { notInWarehouse } from './failures.ts';
import { scalar, type Example, type SqlFunction } from './function.ts';
import { typeAt } from './typing.ts';

type Args = readonly Expression[];

const MICROS = "CAST(date_part('microsecond', {1}) AS DECIMAL(18,0)) * 0.000001";

/** The fields of a date or a time: their names, and DuckDB's SQL. Source: Databricks' reference, "extract function". */
const FIELDS: readonly (readonly [names: readonly string[], sql: string, type: ColumnType])[] = [
  [['YEAR', 'Y', 'YEARS', 'YR', 'YRS'], 'year({1})', types.int],
  [['YEAROFWEEK'], 'isoyear({1})', types.int],
  [['QUARTER', 'QTR'], 'quarter({1})', types.int],
  [['MONTH', 'MON', 'MONS', 'MONTHS'], 'month({1})', types.int],
  [['WEEK', 'W', 'WEEKS'], 'weekofyear({1})', types.int],
  [['DAY', 'D', 'DAYS'], 'day({1})', types.int],
  [['DAYOFWEEK', 'DOW'], 'dayofweek({1}) + 1', types.int],
  [['DAYOFWEEK_ISO', 'DOW_ISO'], 'isodow({1})', types.int],
  [['DOY'], 'dayofyear({1})', types.int],
  [['HOUR', 'H', 'HOURS', 'HR', 'HRS'], 'hour({1})', types.int],
  [['MINUTE', 'M', 'MIN', 'MINS', 'MINUTES'], 'minute({1})', types.int],
  [['SECOND', 'S', 'SEC', 'SECONDS', 'SECS'], MICROS, decimal(8, 6)],
];

function fieldOf(args: Args): readonly [sql: string, type: ColumnType] {
  const name = String(args[0]?.constant).toUpperCase();
  const found = FIELDS.find(([names]) => names.includes(name));
  if (found !== undefined) return [found[1], found[2]];
  throw new SqlError('INVALID_EXTRACT_FIELD', '42601', `Cannot extract \`${name}\` from "${args[1]?.name ?? ''}".`);
}

/** A date, time or text as a time. */
function toTime(args: Args): Args {
  const { kind, text } = typeAt(args, 1);
  if (kind === 'timestamp' || kind === 'timestamp_ntz') return args;
  if (kind !== 'date' && kind !== 'string' && kind !== 'void')
    throw notInWarehouse(`A field of a value of type ${text}`);
  return args.map((argument, index) => (index === 1 ? castTo(argument, types.timestamp) : argument));
}

const extracting = (name: string, separator: string, examples: readonly Example[]): SqlFunction =>
  scalar(
    name,
    {
      takes: ['stringLiteral', 'any'],
      unify: toTime,
      returns: (args) => fieldOf(args)[1],
      sql: (args) => `CAST(${fieldOf(args)[0]} AS {type})`,
    },
    examples,
    { column: (args) => `${name}(${args.join(separator)})` },
  );

/** `extract`, `date_part` and `datepart`. */
export const EXTRACTED_PART_FUNCTIONS: readonly SqlFunction[] = [
  extracting('extract', ' FROM ', [
    ["extract(YEAR FROM '2019-08-12 01:00:00.123456')", '2019', 'int'],
    ["extract(week FROM DATE'2019-08-12')", '33', 'int', "extract(week FROM DATE '2019-08-12')"],
    ["extract(DOY FROM DATE'2019-08-12')", '224', 'int', "extract(DOY FROM DATE '2019-08-12')"],
    [
      "extract(SECONDS FROM TIMESTAMP'2019-10-01 00:00:01.000001')",
      '1.000001',
      'decimal(8,6)',
      "extract(SECONDS FROM TIMESTAMP '2019-10-01 00:00:01.000001')",
    ],
  ]),
  extracting('date_part', ', ', [["date_part('DOW', '2019-08-12')", '2', 'int', 'date_part(DOW, 2019-08-12)']]),
  extracting('datepart', ' FROM ', [
    ["datepart('hour', '2019-08-12 10:00:00')", '10', 'int', 'datepart(hour FROM 2019-08-12 10:00:00)'],
  ]),
];
