import { types, type ColumnType } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';
import { castTo } from '../analysis/cast.ts';
import { formatted, parsed } from './date-format.ts';
import { failure } from './failures.ts';
import { scalar, type Form, type SqlFunction } from './function.ts';

type Args = readonly Expression[];

const LOCAL = 'CAST({0} AS TIMESTAMP)';
const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss';
const patternAt = (args: Args, index: number): string => String(args[index]?.constant);

const UNPARSED = failure(
  'CANNOT_PARSE_TIMESTAMP',
  '22007',
  'Text ',
  { sql: '{0}' },
  ' could not be parsed. Use `try_to_timestamp` to tolerate invalid input string and return NULL instead.',
);

/** Text read by a pattern, as a type of dates; what does not fit is an error, or NULL. */
const readBy =
  (type: ColumnType, isTolerant: boolean, result = (moment: string) => `CAST(${moment} AS ${duckdb(type)})`) =>
  (pattern: string): string => {
    const moment = parsed('{0}', pattern);
    const value = result(moment);
    return isTolerant ? value : `CASE WHEN {0} IS NOT NULL AND ${moment} IS NULL THEN ${UNPARSED} ELSE ${value} END`;
  };
const read = (type: ColumnType, isTolerant: boolean): Form => ({
  takes: ['string', 'stringLiteral'],
  returns: type,
  sql: (args) => readBy(type, isTolerant)(patternAt(args, 1)),
  ...(isTolerant ? { nullable: true } : {}),
});
function duckdb(type: ColumnType): string {
  return type.kind === 'date' ? 'DATE' : type.kind === 'timestamp' ? 'TIMESTAMPTZ' : 'TIMESTAMP';
}

/** Without a pattern, a cast. A date or timestamp is one already, whatever the pattern. */
const casts = (type: ColumnType, isTolerant: boolean): readonly Form[] => [
  {
    takes: ['any'],
    unify: (args) => args.map((argument) => castTo(argument, type, { tolerant: isTolerant })),
    returns: type,
    sql: '{0}',
    ...(isTolerant ? { nullable: true } : {}),
  },
  {
    takes: ['momentOnly', 'stringLiteral'],
    unify: (args) => args.map((argument, index) => (index === 0 ? castTo(argument, type) : argument)),
    returns: type,
    sql: '{0}',
  },
];
const reader = (
  name: string,
  type: ColumnType,
  isTolerant: boolean,
  examples: SqlFunction['examples'],
  more = {},
): SqlFunction => scalar(name, [...casts(type, isTolerant), read(type, isTolerant)], examples, more);

const secondsOf = (moment: string): string =>
  `CAST(floor(epoch_us(CAST(${moment} AS TIMESTAMPTZ)) / 1000000) AS BIGINT)`;
const readSeconds = readBy(types.bigint, false, secondsOf);
const seconds: readonly Form[] = [
  { takes: ['string'], returns: types.bigint, sql: () => readSeconds(DEFAULT_PATTERN), shown: [DEFAULT_PATTERN] },
  { takes: ['momentOnly'], returns: types.bigint, sql: secondsOf('{0}'), shown: [DEFAULT_PATTERN] },
  { takes: ['string', 'stringLiteral'], returns: types.bigint, sql: (args) => readSeconds(patternAt(args, 1)) },
  { takes: ['momentOnly', 'stringLiteral'], returns: types.bigint, sql: secondsOf('{0}') },
];
const secondsNow: Form = {
  takes: [],
  returns: types.bigint,
  sql: secondsOf('now()'),
  nullable: false,
  shown: ['current_timestamp()', DEFAULT_PATTERN],
};

const FROM_SECONDS = 'CAST(make_timestamptz({0} * 1000000) AS TIMESTAMP)';
const current = (name: string, type: ColumnType, sql: string, more = {}): SqlFunction =>
  scalar(name, { takes: [], returns: type, sql, nullable: false }, [], more);

/** Dates and times as text by patterns, and the time of day. */
export const DATE_TEXT_FUNCTIONS: readonly SqlFunction[] = [
  current('current_date', types.date, 'CAST(now() AS DATE)', { synonyms: ['curdate'] }),
  current('current_timestamp', types.timestamp, 'now()', { aliases: ['now', 'getdate'] }),
  current('localtimestamp', types.timestampNtz, 'CAST(now() AS TIMESTAMP)'),
  scalar(
    'date_format',
    { takes: ['moment', 'stringLiteral'], returns: types.string, sql: (args) => formatted(LOCAL, patternAt(args, 1)) },
    [
      ["date_format('2016-04-08', 'y')", '2016', 'string'],
      [
        "date_format(DATE'2016-04-08', 'yyyy/MM/dd')",
        '2016/04/08',
        'string',
        "date_format(DATE '2016-04-08', yyyy/MM/dd)",
      ],
      [
        "date_format(TIMESTAMP'2024-02-05 15:04:05.678', 'EEE, d MMM yyyy h:mm:ss.SSS a')",
        'Mon, 5 Feb 2024 3:04:05.678 PM',
        'string',
        "date_format(TIMESTAMP '2024-02-05 15:04:05.678', EEE, d MMM yyyy h:mm:ss.SSS a)",
      ],
      ["date_format('2024-02-05', 'EEEE MMMM D')", 'Monday February 36', 'string'],
    ],
  ),
  reader('to_date', types.date, false, [
    ["to_date('2009-07-30 04:17:52')", '2009-07-30', 'date'],
    ["to_date('2016-12-31', 'yyyy-MM-dd')", '2016-12-31', 'date'],
    ["to_date('31/12/16', 'dd/MM/yy')", '2016-12-31', 'date'],
  ]),
  reader('to_timestamp', types.timestamp, false, [
    ["to_timestamp('2016-12-31 00:12:00')", '2016-12-31T00:12:00.000Z', 'timestamp'],
    ["to_timestamp('2016-12-31', 'yyyy-MM-dd')", '2016-12-31T00:00:00.000Z', 'timestamp'],
    ["to_timestamp('5 Feb 2024 3:04 pm', 'd MMM yyyy h:mm a')", '2024-02-05T15:04:00.000Z', 'timestamp'],
  ]),
  reader('to_timestamp_ntz', types.timestampNtz, false, [
    ["to_timestamp_ntz('2016-12-31 00:12:00')", '2016-12-31T00:12:00.000', 'timestamp_ntz'],
  ]),
  reader('to_timestamp_ltz', types.timestamp, false, [
    ["to_timestamp_ltz('2016-12-31 00:12:00')", '2016-12-31T00:12:00.000Z', 'timestamp'],
  ]),
  reader('try_to_date', types.date, true, [
    ["try_to_date('2016-12-31')", '2016-12-31', 'date'],
    ["try_to_date('foo', 'yyyy-MM-dd')", null, 'date'],
  ]),
  reader('try_to_timestamp', types.timestamp, true, [
    ["try_to_timestamp('2016-12-31 00:12:00')", '2016-12-31T00:12:00.000Z', 'timestamp'],
    ["try_to_timestamp('foo', 'yyyy-MM-dd')", null, 'timestamp'],
  ]),
  scalar(
    'from_unixtime',
    [
      {
        takes: ['bigint'],
        returns: types.string,
        sql: formatted(FROM_SECONDS, DEFAULT_PATTERN),
        shown: [DEFAULT_PATTERN],
      },
      {
        takes: ['bigint', 'stringLiteral'],
        returns: types.string,
        sql: (args) => formatted(FROM_SECONDS, patternAt(args, 1)),
      },
    ],
    [
      ["from_unixtime(0, 'yyyy-MM-dd HH:mm:ss')", '1970-01-01 00:00:00', 'string'],
      ['from_unixtime(1230219000)', '2008-12-25 15:30:00', 'string', 'from_unixtime(1230219000, yyyy-MM-dd HH:mm:ss)'],
    ],
  ),
  scalar(
    'unix_timestamp',
    [...seconds, secondsNow],
    [
      ["unix_timestamp('2016-04-08', 'yyyy-MM-dd')", '1460073600', 'bigint'],
      [
        "unix_timestamp('2016-04-08 00:00:01')",
        '1460073601',
        'bigint',
        'unix_timestamp(2016-04-08 00:00:01, yyyy-MM-dd HH:mm:ss)',
      ],
    ],
  ),
  scalar('to_unix_timestamp', seconds, [["to_unix_timestamp('2016-04-08', 'yyyy-MM-dd')", '1460073600', 'bigint']]),
];
