import { decimal, types, type ColumnType } from '../../types/column-type.ts';
import { castTo } from '../analysis/cast.ts';
import { scalar, type Example, type SqlFunction } from './function.ts';

/** `int(x)` is short for a cast; its column is called as that of `x`. */
const conversion = (name: string, type: ColumnType, examples: readonly Example[]): SqlFunction =>
  scalar(
    name,
    { takes: ['any'], unify: (args) => args.map((argument) => castTo(argument, type)), returns: type, sql: '{0}' },
    examples,
    {
      column: ([argument = '']) => argument,
    },
  );

/** Functions that are named for the type they cast to. */
export const CONVERSION_FUNCTIONS: readonly SqlFunction[] = [
  conversion('boolean', types.boolean, [["boolean('true')", 'true', 'boolean', 'true']]),
  conversion('tinyint', types.tinyint, [["tinyint('12')", '12', 'tinyint', '12']]),
  conversion('smallint', types.smallint, [['smallint(5)', '5', 'smallint', '5']]),
  conversion('int', types.int, [
    ['int(-5.6)', '-5', 'int', '-5.6'],
    ["int('5')", '5', 'int', '5'],
  ]),
  conversion('bigint', types.bigint, [['bigint(5.2)', '5', 'bigint', '5.2']]),
  conversion('float', types.float, [["float('0.5')", '0.5', 'float', '0.5']]),
  conversion('double', types.double, [["double('5.2')", '5.2', 'double', '5.2']]),
  conversion('decimal', decimal(10, 0), [["decimal('5.2')", '5', 'decimal(10,0)', '5.2']]),
  conversion('string', types.string, [
    ['string(5)', '5', 'string', '5'],
    ["string(DATE'2021-03-21')", '2021-03-21', 'string', "DATE '2021-03-21'"],
  ]),
  conversion('binary', types.binary, [["binary('Spark SQL')", 'U3BhcmsgU1FM', 'binary', 'Spark SQL']]),
  conversion('date', types.date, [["date('2021-03-21')", '2021-03-21', 'date', '2021-03-21']]),
  conversion('timestamp', types.timestamp, [
    ["timestamp('2020-04-30 12:25:13.45')", '2020-04-30T12:25:13.450Z', 'timestamp', '2020-04-30 12:25:13.45'],
  ]),
];
