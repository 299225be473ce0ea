import { types } from '../../types/column-type.ts';
import { scalar, type Example, type Form, type SqlFunction } from './function.ts';

const NAN = "CAST('NaN' AS DOUBLE)";

const double = (sql: Form['sql'], more: Partial<Form> = {}): Form => ({
  takes: ['double'],
  returns: types.double,
  sql,
  ...more,
});
/** A function of one DOUBLE, whose column is called in capitals. */
const math = (name: string, sql: string, examples: readonly Example[], more: Partial<Form> = {}): SqlFunction =>
  scalar(name, double(sql, more), examples, { title: name.toUpperCase() });
const constant = (name: string, sql: string, value: string): SqlFunction =>
  scalar(name, { takes: [], returns: types.double, sql }, [[`${name}()`, value, 'double', `${name.toUpperCase()}()`]], {
    title: name.toUpperCase(),
  });

/** Outside of a domain, logarithms are NULL. */
const above = (limit: string, sql: string): string =>
  `CASE WHEN {0} > ${limit} THEN ${sql} WHEN isnan({0}) THEN ${NAN} END`;
/** Outside of a domain, roots and inverse functions are NaN. */
const within = (condition: string, sql: string): string =>
  `CASE WHEN {0} IS NULL THEN NULL WHEN ${condition} THEN ${sql} ELSE ${NAN} END`;

/** Functions of DOUBLE. */
export const MATH_FUNCTIONS: readonly SqlFunction[] = [
  math('sqrt', within('{0} >= 0 OR isnan({0})', 'sqrt({0})'), [
    ['sqrt(4)', '2.0', 'double', 'SQRT(4)'],
    ['sqrt(-1)', 'NaN', 'double', 'SQRT(-1)'],
  ]),
  math('cbrt', 'spark_cbrt({0})', [['cbrt(27.0)', '3.0', 'double', 'CBRT(27.0)']]),
  math('exp', 'exp({0})', [['exp(0)', '1.0', 'double', 'EXP(0)']]),
  scalar('ln', double(above('0', 'ln({0})'), { nullable: true }), [
    ['ln(1)', '0.0', 'double'],
    ['ln(0)', null, 'double'],
  ]),
  math('log10', above('0', 'log10({0})'), [['log10(10)', '1.0', 'double', 'LOG10(10)']], { nullable: true }),
  math('log2', above('0', 'log2({0})'), [['log2(2)', '1.0', 'double', 'LOG2(2)']], { nullable: true }),
  scalar(
    'log',
    [
      double(above('0', 'ln({0})'), { nullable: true }),
      {
        takes: ['double', 'double'],
        returns: types.double,
        sql: 'CASE WHEN {0} > 0 AND {1} > 0 THEN ln({1}) / ln({0}) END',
        nullable: true,
      },
    ],
    [
      ['log(10, 100)', '2.0', 'double', 'LOG(10, 100)'],
      ['log(-1)', null, 'double', 'ln(-1)'],
    ],
    { column: (args) => (args.length === 1 ? `ln(${args[0]})` : `LOG(${args.join(', ')})`) },
  ),
  scalar(
    'power',
    { takes: ['double', 'double'], returns: types.double, sql: 'pow({0}, {1})' },
    [
      ['power(2, 3)', '8.0', 'double', 'POWER(2, 3)'],
      ['pow(2, 3)', '8.0', 'double'],
    ],
    { title: 'POWER', aliases: ['pow'] },
  ),
  math('sin', 'sin({0})', [['sin(0)', '0.0', 'double', 'SIN(0)']]),
  math('cos', 'cos({0})', [['cos(0)', '1.0', 'double', 'COS(0)']]),
  math('tan', 'tan({0})', [['tan(0)', '0.0', 'double', 'TAN(0)']]),
  math('cot', '(1 / tan({0}))', [['cot(1)', '0.6420926159343306', 'double', 'COT(1)']]),
  math('sec', '(1 / cos({0}))', [['sec(0)', '1.0', 'double', 'SEC(0)']]),
  math('csc', '(1 / sin({0}))', [['csc(1)', '1.1883951057781212', 'double', 'CSC(1)']]),
  math('asin', within('{0} BETWEEN -1 AND 1', 'asin({0})'), [
    ['asin(2)', 'NaN', 'double', 'ASIN(2)'],
    ['asin(0)', '0.0', 'double', 'ASIN(0)'],
  ]),
  math('acos', within('{0} BETWEEN -1 AND 1', 'acos({0})'), [
    ['acos(1)', '0.0', 'double', 'ACOS(1)'],
    ['acos(2)', 'NaN', 'double', 'ACOS(2)'],
  ]),
  math('atan', 'atan({0})', [['atan(0)', '0.0', 'double', 'ATAN(0)']]),
  scalar(
    'atan2',
    { takes: ['double', 'double'], returns: types.double, sql: 'atan2({0}, {1})' },
    [['atan2(0, 0)', '0.0', 'double', 'ATAN2(0, 0)']],
    { title: 'ATAN2' },
  ),
  math('sinh', 'sinh({0})', [['sinh(0)', '0.0', 'double', 'SINH(0)']]),
  math('cosh', 'cosh({0})', [['cosh(0)', '1.0', 'double', 'COSH(0)']]),
  math('tanh', 'tanh({0})', [['tanh(0)', '0.0', 'double', 'TANH(0)']]),
  math('degrees', '({0} * 57.29577951308232::DOUBLE)', [
    ['degrees(3.141592653589793)', '180.0', 'double', 'DEGREES(3.141592653589793)'],
  ]),
  math('radians', '({0} * 0.017453292519943295::DOUBLE)', [
    ['radians(180)', '3.141592653589793', 'double', 'RADIANS(180)'],
  ]),
  constant('pi', 'pi()', '3.141592653589793'),
  constant('e', "CAST('2.718281828459045' AS DOUBLE)", '2.718281828459045'),
  scalar(
    'signum',
    double(`CASE WHEN isnan({0}) THEN ${NAN} ELSE CAST(sign({0}) AS DOUBLE) END`),
    [
      ['signum(40)', '1.0', 'double', 'SIGNUM(40)'],
      ['sign(-2.5)', '-1.0', 'double'],
    ],
    { title: 'SIGNUM', aliases: ['sign'] },
  ),
  scalar('rint', double('round_even({0}, 0)'), [['rint(12.3456)', '12.0', 'double']]),
  scalar('isnan', { takes: ['double'], returns: types.boolean, sql: 'coalesce(isnan({0}), false)', nullable: false }, [
    ["isnan(CAST('NaN' AS DOUBLE))", 'true', 'boolean', 'isnan(CAST(NaN AS DOUBLE))'],
    ['isnan(7)', 'false', 'boolean'],
    ['isnan(NULL)', 'false', 'boolean'],
  ]),
  scalar(
    'nanvl',
    { takes: ['double', 'double'], returns: types.double, sql: 'CASE WHEN isnan({0}) THEN {1} ELSE {0} END' },
    [["nanvl(CAST('NaN' AS DOUBLE), 123)", '123.0', 'double', 'nanvl(CAST(NaN AS DOUBLE), 123)']],
  ),
  scalar('rand', { takes: [], returns: types.double, sql: 'random()' }, [], { synonyms: ['random'] }),
  scalar(
    'factorial',
    {
      takes: ['int'],
      returns: types.bigint,
      sql: 'CASE WHEN {0} BETWEEN 0 AND 20 THEN CAST(factorial({0}) AS BIGINT) END',
      nullable: true,
    },
    [
      ['factorial(5)', '120', 'bigint'],
      ['factorial(21)', null, 'bigint'],
    ],
  ),
];
