import { types } from '../../types/column-type.ts';
import { SqlError } from '../../sql-error.ts';
import type { Expression } from '../analysis/expression.ts';
import { scalar, type Form, type SqlFunction } from './function.ts';
import type { ParameterKind } from './parameter-kinds.ts';

type Args = readonly Expression[];

const date = (takes: readonly ParameterKind[], sql: Form['sql'], more: Partial<Form> = {}): Form => ({
  takes,
  returns: types.date,
  sql,
  ...more,
});
/** Units that TRUNC and DATE_TRUNC know, by DuckDB's names. */
const DATE_UNITS: Readonly<Record<string, string>> = {
  YEAR: 'year',
  YYYY: 'year',
  YY: 'year',
  QUARTER: 'quarter',
  MONTH: 'month',
  MM: 'month',
  MON: 'month',
  WEEK: 'week',
};
const TIME_UNITS: Readonly<Record<string, string>> = {
  ...DATE_UNITS,
  DAY: 'day',
  DD: 'day',
  HOUR: 'hour',
  MINUTE: 'minute',
  SECOND: 'second',
  MILLISECOND: 'millisecond',
  MICROSECOND: 'microsecond',
};
const unitAt = (args: Args, index: number): string => String(args[index]?.constant).toUpperCase();

/** A unit that is not known makes NULL. */
function dateTrunc(args: Args): string {
  const unit = TIME_UNITS[unitAt(args, 0)];
  return unit === undefined ? 'CAST(NULL AS {type})' : `date_trunc('${unit}', {1})`;
}
function trunc(args: Args): string {
  const unit = DATE_UNITS[unitAt(args, 1)];
  return unit === undefined ? 'CAST(NULL AS DATE)' : `CAST(date_trunc('${unit}', {0}) AS DATE)`;
}

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const WEEKDAY =
  /^(?:SU|SUN|SUNDAY|MO|MON|MONDAY|TU|TUE|TUESDAY|WE|WED|WEDNESDAY|TH|THU|THURSDAY|FR|FRI|FRIDAY|SA|SAT|SATURDAY)$/;

function nextDay(args: Args): string {
  const name = unitAt(args, 1).trim();
  if (!WEEKDAY.test(name))
    throw new SqlError('ILLEGAL_DAY_OF_WEEK', '22009', `Illegal input for day of week: ${String(args[1]?.constant)}.`);
  const day = WEEKDAYS.indexOf(name.slice(0, 2));
  return `({0} + CAST((${day} - dayofweek({0}) + 6) % 7 + 1 AS INTEGER))`;
}

/** Units of DATEADD and DATEDIFF: how many months or microseconds each has. */
const MONTHS: Readonly<Record<string, number>> = { MONTH: 1, QUARTER: 3, YEAR: 12 };
const MICROS: Readonly<Record<string, string>> = {
  MICROSECOND: '1',
  MILLISECOND: '1000',
  SECOND: '1000000',
  MINUTE: '60000000',
  HOUR: '3600000000',
};
const DAYS: Readonly<Record<string, number>> = { DAY: 1, DAYOFYEAR: 1, WEEK: 7 };

/** `{2}` and `{1}` units more. A whole number of days keeps the time of day. */
function dateAdd(args: Args): string {
  const unit = unitAt(args, 0);
  const months = MONTHS[unit];
  if (months !== undefined) return `CAST({2} + to_months(CAST({1} * ${months} AS INTEGER)) AS {type})`;
  const days = DAYS[unit];
  if (days !== undefined) return `CAST({2} + to_days(CAST({1} * ${days} AS INTEGER)) AS {type})`;
  const micros = MICROS[unit];
  if (micros === undefined) throw invalidUnit('dateadd', unit);
  return `({2} + to_microseconds(CAST({1} AS BIGINT) * ${micros}))`;
}

/** Whole units between `{1}` and `{2}`, cut towards zero: months by day and time of the month. */
function dateDiff(args: Args): string {
  const unit = unitAt(args, 0);
  const [from, to] = ['CAST({1} AS TIMESTAMP)', 'CAST({2} AS TIMESTAMP)'];
  const perMonth = MONTHS[unit];
  if (perMonth !== undefined) {
    const whole = `${months(to)} - ${months(from)}`;
    const [start, end] = [timeOfMonth(from), timeOfMonth(to)];
    const short = `CASE WHEN ${to} >= ${from} AND ${end} < ${start} THEN -1 WHEN ${to} < ${from} AND ${end} > ${start} THEN 1 ELSE 0 END`;
    return `((${whole} + ${short}) // ${perMonth})`;
  }
  const days = DAYS[unit];
  const micros = days === undefined ? MICROS[unit] : `${days * 86_400_000_000}`;
  if (micros === undefined) throw invalidUnit('datediff', unit);
  return `((epoch_us(${to}) - epoch_us(${from})) // ${micros})`;
}

function invalidUnit(name: string, unit: string): SqlError {
  return new SqlError(
    'INVALID_PARAMETER_VALUE.DATETIME_UNIT',
    '22023',
    `The value of parameter(s) \`unit\` in \`${name}\` is invalid: expects one of the units without quotes YEAR, QUARTER, MONTH, WEEK, DAY, DAYOFYEAR, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, but got the string literal '${unit}'.`,
  );
}

const isLastDay = (x: string): string => `${x} = last_day(${x})`;
const timeSeconds = (x: string): string => `(hour(${x}) * 3600 + minute(${x}) * 60 + second(${x}))`;
const timeOfMonth = (x: string): string => `(epoch_us(${x}) - epoch_us(date_trunc('month', ${x})))`;
const months = (x: string): string => `(year(${x}) * 12 + month(${x}))`;
const dateOf = (x: string): string => `CAST(${x} AS DATE)`;

/** Whole months where the days agree or both are the last; otherwise the rest counts as of a month of 31 days. */
const MONTHS_BETWEEN = `CASE WHEN day({0}) = day({1}) OR (${isLastDay(dateOf('{0}'))} AND ${isLastDay(dateOf('{1}'))})
  THEN CAST(${months('{0}')} - ${months('{1}')} AS DOUBLE)
  ELSE ${months('{0}')} - ${months('{1}')} + ((day({0}) - day({1})) * 86400 + ${timeSeconds('{0}')} - ${timeSeconds('{1}')}) / 2678400.0::DOUBLE END`;

/** `DATEADD(unit, n, moment)`: a DATE becomes a TIMESTAMP, a TIMESTAMP_NTZ stays one. */
function dateAddForms(): readonly Form[] {
  return [types.timestamp, types.timestampNtz].map((type) => ({
    takes: ['stringLiteral', 'bigint', type === types.timestamp ? 'timestamp' : 'timestampNtz'],
    returns: type,
    title: 'timestampadd',
    sql: dateAdd,
  }));
}

function dateDiffForms(): readonly Form[] {
  return (['timestamp', 'timestampNtz'] as const).map((kind) => ({
    takes: ['stringLiteral', kind, kind],
    returns: types.bigint,
    title: 'timestampdiff',
    sql: dateDiff,
  }));
}

/** Arithmetic with dates and timestamps. */
export const DATE_FUNCTIONS: readonly SqlFunction[] = [
  scalar(
    'date_add',
    [date(['date', 'int'], '({0} + {1})'), ...dateAddForms()],
    [
      ["date_add('2016-07-30', 1)", '2016-07-31', 'date'],
      ["dateadd(DATE'2016-02-28', 2)", '2016-03-01', 'date', "date_add(DATE '2016-02-28', 2)"],
      [
        "date_add(MONTH, 1, TIMESTAMP'2016-01-31 10:00:00')",
        '2016-02-29T10:00:00.000Z',
        'timestamp',
        "timestampadd(MONTH, 1, TIMESTAMP '2016-01-31 10:00:00')",
      ],
    ],
    { synonyms: ['dateadd'] },
  ),
  scalar('date_sub', date(['date', 'int'], '({0} - {1})'), [["date_sub('2016-07-30', 1)", '2016-07-29', 'date']]),
  scalar(
    'datediff',
    [
      { takes: ['date', 'date'], returns: types.int, sql: "CAST(date_diff('day', {1}, {0}) AS INTEGER)" },
      ...dateDiffForms(),
    ],
    [
      ["datediff('2009-07-31', '2009-07-30')", '1', 'int'],
      ["date_diff('2009-07-30', '2009-07-31')", '-1', 'int'],
      [
        "datediff(MONTH, TIMESTAMP'2020-01-31 00:00:00', TIMESTAMP'2020-02-29 00:00:00')",
        '0',
        'bigint',
        "timestampdiff(MONTH, TIMESTAMP '2020-01-31 00:00:00', TIMESTAMP '2020-02-29 00:00:00')",
      ],
      [
        "datediff(HOUR, TIMESTAMP'2020-01-31 03:30:00', TIMESTAMP'2020-01-31 01:00:00')",
        '-2',
        'bigint',
        "timestampdiff(HOUR, TIMESTAMP '2020-01-31 03:30:00', TIMESTAMP '2020-01-31 01:00:00')",
      ],
    ],
    { aliases: ['date_diff'] },
  ),
  scalar('timestampadd', dateAddForms(), [
    [
      "timestampadd(WEEK, 2, DATE'2024-01-01')",
      '2024-01-15T00:00:00.000Z',
      'timestamp',
      "timestampadd(WEEK, 2, DATE '2024-01-01')",
    ],
  ]),
  scalar('timestampdiff', dateDiffForms(), [["timestampdiff(YEAR, '2020-02-29', '2021-02-28')", '0', 'bigint']]),
  scalar('add_months', date(['date', 'int'], 'CAST({0} + to_months({1}) AS DATE)'), [
    ["add_months('2016-08-31', 1)", '2016-09-30', 'date'],
    ["add_months('2016-02-29', 12)", '2017-02-28', 'date'],
    ["add_months('2016-08-31', -6)", '2016-02-29', 'date'],
  ]),
  scalar(
    'months_between',
    [
      {
        takes: ['timestamp', 'timestamp'],
        returns: types.double,
        sql: `(floor((${MONTHS_BETWEEN}) * 1e8 + 0.5) / 1e8)`,
        shown: ['true'],
      },
      {
        takes: ['timestamp', 'timestamp', 'booleanLiteral'],
        returns: types.double,
        sql: (args) => (args[2]?.constant === true ? `(floor((${MONTHS_BETWEEN}) * 1e8 + 0.5) / 1e8)` : MONTHS_BETWEEN),
      },
    ],
    [
      [
        "months_between('1997-02-28 10:30:00', '1996-10-30')",
        '3.94959677',
        'double',
        'months_between(1997-02-28 10:30:00, 1996-10-30, true)',
      ],
      ["months_between('1997-02-28 10:30:00', '1996-10-30', false)", '3.9495967741935485', 'double'],
      ["months_between('2024-02-29', '2024-01-31')", '1.0', 'double', 'months_between(2024-02-29, 2024-01-31, true)'],
    ],
  ),
  scalar('last_day', date(['date'], 'last_day({0})'), [["last_day('2009-01-12')", '2009-01-31', 'date']]),
  scalar('next_day', date(['date', 'stringLiteral'], nextDay), [
    ["next_day('2015-01-14', 'TU')", '2015-01-20', 'date'],
    ["next_day('2015-01-14', 'Wed')", '2015-01-21', 'date'],
  ]),
  scalar('trunc', date(['date', 'stringLiteral'], trunc, { nullable: true }), [
    ["trunc('2019-08-04', 'week')", '2019-07-29', 'date'],
    ["trunc('2019-08-04', 'quarter')", '2019-07-01', 'date'],
    ["trunc('2009-02-12', 'MM')", '2009-02-01', 'date'],
    ["trunc('2015-10-27', 'YEAR')", '2015-01-01', 'date'],
    ["trunc('2015-10-27', 'day')", null, 'date'],
  ]),
  scalar(
    'date_trunc',
    { takes: ['stringLiteral', 'timestamp'], returns: types.timestamp, sql: dateTrunc, nullable: true },
    [
      ["date_trunc('YEAR', '2015-03-05T09:32:05.359')", '2015-01-01T00:00:00.000Z', 'timestamp'],
      ["date_trunc('DD', '2015-03-05T09:32:05.359')", '2015-03-05T00:00:00.000Z', 'timestamp'],
      ["date_trunc('HOUR', '2015-03-05T09:32:05.359')", '2015-03-05T09:00:00.000Z', 'timestamp'],
      ["date_trunc('MILLISECOND', '2015-03-05T09:32:05.123456')", '2015-03-05T09:32:05.123Z', 'timestamp'],
      [
        "date_trunc('week', DATE'2019-08-04')",
        '2019-07-29T00:00:00.000Z',
        'timestamp',
        "date_trunc(week, DATE '2019-08-04')",
      ],
    ],
  ),
];
