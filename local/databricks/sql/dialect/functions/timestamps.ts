import { interval, types, type ColumnType } from '../../types/column-type.ts';
import { quoteString } from '../../quoting.ts';
import type { Expression } from '../analysis/expression.ts';
import { failure, notInWarehouse } from './failures.ts';
import { scalar, type Example, type Form, type SqlFunction } from './function.ts';
import type { ParameterKind } from './parameter-kinds.ts';
import { typeAt } from './typing.ts';

type Args = readonly Expression[];

const date = (takes: readonly ParameterKind[], sql: Form['sql'], more: Partial<Form> = {}): Form => ({
  takes,
  returns: types.date,
  sql,
  ...more,
});
const toBigint = (name: string, sql: string, examples: readonly Example[]): SqlFunction =>
  scalar(name, { takes: ['timestamp'], returns: types.bigint, sql }, examples);

const FIELD_OUT_OF_BOUNDS = failure(
  'DATETIME_FIELD_OUT_OF_BOUNDS',
  '22023',
  'A field of the date or time is out of bounds. If necessary set "ansi_mode" to "false" to bypass this error.',
);

/** The zone of a conversion; anything that is no zone's name is left to Databricks. */
function zoneAt(args: Args, index: number): string {
  const zone = String(args[index]?.constant);
  if (!ZONES.has(zone)) throw notInWarehouse(`The time zone '${zone}'`);
  return quoteString(zone);
}
const ZONES = new Set([
  ...Intl.supportedValuesOf('timeZone'),
  'UTC',
  'GMT',
  'Asia/Kolkata',
  'Asia/Ho_Chi_Minh',
  'Europe/Kyiv',
]);

const stamp = (type: ColumnType): Form => ({
  takes: ['int', 'int', 'int', 'int', 'int', 'numeric'],
  returns: type,
  sql: `CASE WHEN {3} BETWEEN 0 AND 23 AND {4} BETWEEN 0 AND 59 AND {5} >= 0 AND {5} < 60 AND TRY(make_date({0}, {1}, {2})) IS NOT NULL
    THEN CAST(CAST(make_date({0}, {1}, {2}) AS TIMESTAMP) + to_microseconds(CAST(CAST({3} AS BIGINT) * 3600000000 + CAST({4} AS BIGINT) * 60000000 + CAST(round(CAST({5} AS DECIMAL(16, 6)) * 1000000) AS BIGINT) AS BIGINT)) AS {type})
    WHEN {0} IS NOT NULL AND {1} IS NOT NULL AND {2} IS NOT NULL AND {3} IS NOT NULL AND {4} IS NOT NULL AND {5} IS NOT NULL THEN ${FIELD_OUT_OF_BOUNDS} END`,
});

const dayTime = interval('DAY', 'SECOND');
const DAY_TIME_FORMS: readonly Form[] = [0, 1, 2, 3, 4].map((count) => ({
  takes: (['int', 'int', 'int', 'numeric'] as const).slice(0, count),
  returns: dayTime,
  sql: `(${['0', ...['{0} * 86400000000', '{1} * 3600000000', '{2} * 60000000'].slice(0, count).map((text) => `CAST(${text.split(' * ')[0]} AS BIGINT) * ${text.split(' * ')[1]}`), ...(count > 3 ? ['CAST(CAST({3} AS DECIMAL(18, 6)) * 1000000 AS BIGINT)'] : [])].join(' + ')})`,
  shown: ['0', '0', '0', '0.000000'].slice(count),
}));
const yearMonth = interval('YEAR', 'MONTH');

/** Dates, timestamps and intervals made of numbers, numbers made of them, and time zones. */
export const TIMESTAMP_FUNCTIONS: readonly SqlFunction[] = [
  scalar(
    'make_date',
    date(
      ['int', 'int', 'int'],
      `CASE WHEN TRY(make_date({0}, {1}, {2})) IS NULL AND {0} IS NOT NULL AND {1} IS NOT NULL AND {2} IS NOT NULL THEN ${FIELD_OUT_OF_BOUNDS} ELSE TRY(make_date({0}, {1}, {2})) END`,
    ),
    [
      ['make_date(2013, 7, 15)', '2013-07-15', 'date'],
      ['make_date(2019, 7, NULL)', null, 'date'],
    ],
  ),
  scalar(
    'make_timestamp',
    stamp(types.timestamp),
    [['make_timestamp(2014, 12, 28, 6, 30, 45.887)', '2014-12-28T06:30:45.887Z', 'timestamp']],
    { aliases: ['make_timestamp_ltz'] },
  ),
  scalar('make_timestamp_ntz', stamp(types.timestampNtz), [
    ['make_timestamp_ntz(2014, 12, 28, 6, 30, 45.887)', '2014-12-28T06:30:45.887', 'timestamp_ntz'],
  ]),
  scalar(
    'make_ym_interval',
    [
      { takes: [], returns: yearMonth, sql: 'CAST(0 AS INTEGER)', shown: ['0', '0'] },
      { takes: ['int'], returns: yearMonth, sql: 'CAST({0} * 12 AS INTEGER)', shown: ['0'] },
      { takes: ['int', 'int'], returns: yearMonth, sql: 'CAST({0} * 12 + {1} AS INTEGER)' },
    ],
    [['make_ym_interval(1, 2)', '1-2', 'interval year to month']],
  ),
  scalar('make_dt_interval', DAY_TIME_FORMS, [
    ['make_dt_interval(1, 12, 30, 1.001001)', '1 12:30:01.001001000', 'interval day to second'],
  ]),
  scalar(
    'unix_date',
    { takes: ['date'], returns: types.int, sql: "CAST(date_diff('day', DATE '1970-01-01', {0}) AS INTEGER)" },
    [["unix_date(DATE'1970-01-02')", '1', 'int', "unix_date(DATE '1970-01-02')"]],
  ),
  scalar('date_from_unix_date', date(['int'], "(DATE '1970-01-01' + {0})"), [
    ['date_from_unix_date(1)', '1970-01-02', 'date'],
  ]),
  toBigint('unix_seconds', 'CAST(floor(epoch_us({0}) / 1000000) AS BIGINT)', [
    ["unix_seconds(TIMESTAMP'1970-01-01 00:00:01')", '1', 'bigint', "unix_seconds(TIMESTAMP '1970-01-01 00:00:01')"],
  ]),
  toBigint('unix_millis', 'CAST(floor(epoch_us({0}) / 1000) AS BIGINT)', [
    ["unix_millis(TIMESTAMP'1970-01-01 00:00:01')", '1000', 'bigint', "unix_millis(TIMESTAMP '1970-01-01 00:00:01')"],
  ]),
  toBigint('unix_micros', 'epoch_us({0})', [
    [
      "unix_micros(TIMESTAMP'1970-01-01 00:00:01')",
      '1000000',
      'bigint',
      "unix_micros(TIMESTAMP '1970-01-01 00:00:01')",
    ],
  ]),
  scalar(
    'timestamp_seconds',
    {
      takes: ['numeric'],
      returns: types.timestamp,
      sql: (args) =>
        typeAt(args, 0).kind === 'double' || typeAt(args, 0).kind === 'float'
          ? 'make_timestamptz(CAST(trunc({0} * 1000000) AS BIGINT))'
          : 'make_timestamptz(CAST({0} * 1000000::BIGINT AS BIGINT))',
    },
    [
      ['timestamp_seconds(1230219000)', '2008-12-25T15:30:00.000Z', 'timestamp'],
      ['timestamp_seconds(1230219000.123)', '2008-12-25T15:30:00.123Z', 'timestamp'],
    ],
  ),
  scalar('timestamp_millis', { takes: ['bigint'], returns: types.timestamp, sql: 'make_timestamptz({0} * 1000)' }, [
    ['timestamp_millis(1230219000123)', '2008-12-25T15:30:00.123Z', 'timestamp'],
  ]),
  scalar('timestamp_micros', { takes: ['bigint'], returns: types.timestamp, sql: 'make_timestamptz({0})' }, [
    ['timestamp_micros(1230219000123123)', '2008-12-25T15:30:00.123123Z', 'timestamp'],
  ]),
  scalar(
    'from_utc_timestamp',
    {
      takes: ['timestamp', 'stringLiteral'],
      returns: types.timestamp,
      sql: (args) => `timezone('UTC', timezone(${zoneAt(args, 1)}, {0}))`,
    },
    [["from_utc_timestamp('2016-08-31', 'Asia/Seoul')", '2016-08-31T09:00:00.000Z', 'timestamp']],
  ),
  scalar(
    'to_utc_timestamp',
    {
      takes: ['timestamp', 'stringLiteral'],
      returns: types.timestamp,
      sql: (args) => `timezone(${zoneAt(args, 1)}, timezone('UTC', {0}))`,
    },
    [["to_utc_timestamp('2016-08-31', 'Asia/Seoul')", '2016-08-30T15:00:00.000Z', 'timestamp']],
  ),
  scalar(
    'convert_timezone',
    {
      takes: ['stringLiteral', 'stringLiteral', 'timestampNtz'],
      returns: types.timestampNtz,
      sql: (args) => `timezone(${zoneAt(args, 1)}, timezone(${zoneAt(args, 0)}, {2}))`,
    },
    [
      [
        "convert_timezone('Europe/Brussels', 'America/Los_Angeles', TIMESTAMP_NTZ'2021-12-06 00:00:00')",
        '2021-12-05T15:00:00.000',
        'timestamp_ntz',
        "convert_timezone(Europe/Brussels, America/Los_Angeles, TIMESTAMP_NTZ '2021-12-06 00:00:00')",
      ],
    ],
  ),
];
