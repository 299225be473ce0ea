import { types } from '../../types/column-type.ts';
import { scalar, type Example, type SqlFunction } from './function.ts';
import type { ParameterKind } from './parameter-kinds.ts';

/** A part of a date or a time, an INT. */
const part = (
  name: string,
  kind: ParameterKind,
  sql: string,
  examples: readonly Example[],
  aliases: readonly string[] = [],
): SqlFunction =>
  scalar(name, { takes: [kind], returns: types.int, sql: `CAST(${sql} AS INTEGER)` }, examples, { aliases });

/** Functions that return a field of a time. */
export const DATE_PART_FUNCTIONS: readonly SqlFunction[] = [
  part('year', 'date', 'year({0})', [["year('2016-07-30')", '2016', 'int']]),
  part('quarter', 'date', 'quarter({0})', [["quarter('2016-08-31')", '3', 'int']]),
  part('month', 'date', 'month({0})', [["month('2016-07-30')", '7', 'int']]),
  part(
    'day',
    'date',
    'day({0})',
    [
      ["day('2009-07-30')", '30', 'int'],
      ["dayofmonth('2009-07-30')", '30', 'int'],
    ],
    ['dayofmonth'],
  ),
  part('dayofweek', 'date', 'dayofweek({0}) + 1', [["dayofweek('2009-07-30')", '5', 'int']]),
  part('weekday', 'date', 'isodow({0}) - 1', [
    ["weekday('2009-07-30')", '3', 'int'],
    ["weekday(DATE'2009-07-30')", '3', 'int', "weekday(DATE '2009-07-30')"],
  ]),
  part('dayofyear', 'date', 'dayofyear({0})', [["dayofyear('2016-04-09')", '100', 'int']]),
  part('weekofyear', 'date', 'weekofyear({0})', [["weekofyear('2008-02-20')", '8', 'int']]),
  part('hour', 'timestamp', 'hour({0})', [["hour('2018-02-14 12:58:59')", '12', 'int']]),
  part('minute', 'timestamp', 'minute({0})', [["minute('2009-07-30 12:58:59')", '58', 'int']]),
  part('second', 'timestamp', 'second({0})', [["second('2018-02-14 12:58:59')", '59', 'int']]),
  scalar('dayname', { takes: ['date'], returns: types.string, sql: "strftime({0}, '%a')" }, [
    ["dayname(DATE'2024-11-01')", 'Fri', 'string', "dayname(DATE '2024-11-01')"],
  ]),
  scalar('monthname', { takes: ['date'], returns: types.string, sql: "strftime({0}, '%b')" }, [
    ["monthname('2008-02-20')", 'Feb', 'string'],
  ]),
];
