import { decimal, types, type ColumnType } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';
import { failure, notInWarehouse, refusal } from './failures.ts';
import { scalar, type Form, type SqlFunction } from './function.ts';
import { typeAt } from './typing.ts';

type Args = readonly Expression[];

const MAX_PRECISION = 38;

/** What is cut off above the point, for CEIL and FLOOR of decimals. */
function wholeDecimal(args: Args): ColumnType {
  const type = typeAt(args, 0);
  if (type.kind !== 'decimal') return types.bigint;
  return decimal(Math.min(MAX_PRECISION, type.scale > 0 ? type.precision - type.scale + 1 : type.precision), 0);
}
const toWhole = (name: string): Form => ({
  takes: ['numeric'],
  returns: wholeDecimal,
  sql: (args) =>
    isDouble(args)
      ? `CASE WHEN isnan({0}) OR abs({0}) >= 9e18 THEN ${refusal(`${name} of NaN and of numbers beyond BIGINT`)} ELSE CAST(${name}({0}) AS BIGINT) END`
      : typeAt(args, 0).kind === 'decimal'
        ? `CAST(${name}({0}) AS {type})`
        : 'CAST({0} AS BIGINT)',
});
const isDouble = (args: Args): boolean => ['double', 'float'].includes(typeAt(args, 0).kind);

/** What ROUND makes of a type; one more digit may come before the point. */
function rounded(digits: number) {
  return (args: Args): ColumnType => {
    const type = typeAt(args, 0);
    if (type.kind !== 'decimal') return type;
    const whole = type.precision - type.scale + 1;
    if (digits < 0) return decimal(Math.min(MAX_PRECISION, Math.max(whole, 1 - digits)), 0);
    const scale = Math.min(type.scale, digits);
    return decimal(Math.min(MAX_PRECISION, whole + scale), scale);
  };
}
const digitsOf = (args: Args): number => Number(args[1]?.constant ?? 0);

function round(args: Args): string {
  const digits = digitsOf(args);
  if (isDouble(args)) return `CAST(spark_round_double({0}, ${digits}) AS {type})`;
  const isKept = typeAt(args, 0).kind !== 'decimal' && digits >= 0;
  const result = `round(CAST({0} AS DECIMAL(38, ${scaleOf(args)})), ${digits})`;
  if (isKept) return '{0}';
  return typeAt(args, 0).kind === 'decimal' ? `CAST(${result} AS {type})` : fitting(result);
}

/** A whole number that may be too large for its type by now. */
const fitting = (number: string): string =>
  `CASE WHEN {0} IS NOT NULL AND TRY_CAST(${number} AS {type}) IS NULL THEN ${OVERFLOW} ELSE TRY_CAST(${number} AS {type}) END`;
const OVERFLOW = failure(
  'ARITHMETIC_OVERFLOW',
  '22003',
  'Overflow. If necessary set "ansi_mode" to "false" to bypass this error.',
);

function roundHalfEven(args: Args): string {
  const digits = digitsOf(args);
  if (isDouble(args)) return `CAST(spark_bround_double({0}, ${digits}) AS {type})`;
  const scale = scaleOf(args);
  if (digits >= scale) return 'CAST({0} AS {type})';
  const text = `spark_scaled(spark_half_even(spark_digits_of({0}), CAST('1e${scale - digits}' AS HUGEINT)), ${digits})`;
  return typeAt(args, 0).kind === 'decimal' ? `CAST(${text} AS {type})` : fitting(text);
}

function scaleOf(args: Args): number {
  const type = typeAt(args, 0);
  return type.kind === 'decimal' ? type.scale : 0;
}

const roundForms = (sql: (args: Args) => string): readonly Form[] => [
  { takes: ['numeric'], returns: rounded(0), sql, shown: ['0'] },
  {
    takes: ['numeric', 'intLiteral'],
    returns: (args) => rounded(digitsOf(args))(args),
    sql: (args) => {
      if (Math.abs(digitsOf(args)) > MAX_ROUND_DIGITS) throw notInWarehouse(`Rounding to ${digitsOf(args)} digits`);
      return sql(args);
    },
  },
];
const MAX_ROUND_DIGITS = 17;

/** Functions that round. */
export const ROUNDING_FUNCTIONS: readonly SqlFunction[] = [
  scalar(
    'ceil',
    toWhole('ceil'),
    [
      ['ceil(-0.1)', '0', 'decimal(1,0)', 'CEIL(-0.1)'],
      ['ceiling(5)', '5', 'bigint'],
      ['ceil(5.4D)', '6', 'bigint', 'CEIL(5.4)'],
    ],
    { title: 'CEIL', aliases: ['ceiling'] },
  ),
  scalar(
    'floor',
    toWhole('floor'),
    [
      ['floor(-0.1)', '-1', 'decimal(1,0)', 'FLOOR(-0.1)'],
      ['floor(5)', '5', 'bigint', 'FLOOR(5)'],
      ['floor(3.5D)', '3', 'bigint', 'FLOOR(3.5)'],
    ],
    { title: 'FLOOR' },
  ),
  scalar('round', roundForms(round), [
    ['round(2.5, 0)', '3', 'decimal(2,0)'],
    ['round(-2.5)', '-3', 'decimal(2,0)', 'round(-2.5, 0)'],
    ['round(1.005D, 2)', '1.01', 'double', 'round(1.005, 2)'],
    ['round(125, -1)', '130', 'int'],
    ['round(25.5, -1)', '30', 'decimal(3,0)'],
    ['round(12.345, 2)', '12.35', 'decimal(5,2)'],
    ['round(5)', '5', 'int', 'round(5, 0)'],
  ]),
  scalar('bround', roundForms(roundHalfEven), [
    ['bround(2.5, 0)', '2', 'decimal(2,0)'],
    ['bround(3.5)', '4', 'decimal(2,0)', 'bround(3.5, 0)'],
    ['bround(25, -1)', '20', 'int'],
    ['bround(-2.5)', '-2', 'decimal(2,0)', 'bround(-2.5, 0)'],
    ['bround(2.5D, 0)', '2.0', 'double', 'bround(2.5, 0)'],
  ]),
];
