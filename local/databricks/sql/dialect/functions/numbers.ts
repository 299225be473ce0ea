import { types } from '../../types/column-type.ts';
import type { Expression } from '../analysis/expression.ts';
import { notInWarehouse } from './failures.ts';
import { scalar, type Example, type SqlFunction } from './function.ts';
import { ofFirst, toCommon, typeAt } from './typing.ts';

const isFractional = (args: readonly Expression[]): boolean => ['double', 'float'].includes(typeAt(args, 0).kind);

/** Arithmetic that gives NULL in place of an error, of numbers that are not DECIMAL. */
const tolerant = (name: string, operator: string, examples: readonly Example[]): SqlFunction =>
  scalar(
    name,
    {
      takes: ['numeric', 'numeric'],
      unify: (args) => {
        const united = toCommon(name)(args);
        if (typeAt(united, 0).kind === 'decimal') throw notInWarehouse(`The function ${name} of decimals`);
        return united;
      },
      returns: ofFirst,
      sql: (args) =>
        isFractional(args)
          ? `({0} ${operator} {1})`
          : `TRY_CAST(CAST({0} AS HUGEINT) ${operator} CAST({1} AS HUGEINT) AS {type})`,
      nullable: true,
    },
    examples,
  );

const extreme = (name: string, examples: readonly Example[]): SqlFunction =>
  scalar(
    name,
    { takes: ['ordered', 'ordered'], more: 'ordered', unify: toCommon(name), returns: ofFirst, sql: `${name}({*})` },
    examples,
  );

/** Functions of exact numbers. */
export const NUMBER_FUNCTIONS: readonly SqlFunction[] = [
  scalar('abs', { takes: ['numeric'], returns: ofFirst, sql: 'abs({0})' }, [
    ['abs(-1)', '1', 'int'],
    ['abs(-1.50)', '1.50', 'decimal(3,2)'],
    ["abs('-1')", '1.0', 'double'],
  ]),
  scalar('negative', { takes: ['numeric'], returns: ofFirst, sql: '(-{0})' }, [['negative(1)', '-1', 'int']]),
  scalar('positive', { takes: ['numeric'], returns: ofFirst, sql: '{0}' }, [['positive(1)', '1', 'int', '(+ 1)']], {
    column: ([x = '']) => `(+ ${x})`,
  }),
  extreme('greatest', [
    ['greatest(10, 9, 2, 4, 3)', '10', 'int'],
    ['greatest(1, NULL, 2.5)', '2.5', 'decimal(11,1)'],
    ["greatest('a', 'b')", 'b', 'string'],
  ]),
  extreme('least', [
    ['least(10, 9, 2, 4, 3)', '2', 'int'],
    ['least(NULL, 2L)', '2', 'bigint', 'least(NULL, 2)'],
  ]),
  scalar('bin', { takes: ['bigint'], returns: types.string, sql: 'bin({0})' }, [
    ['bin(13)', '1101', 'string'],
    ['bin(-13)', '1111111111111111111111111111111111111111111111111111111111110011', 'string'],
  ]),
  scalar('bit_count', { takes: ['bigint'], returns: types.int, sql: 'CAST(bit_count({0}) AS INTEGER)' }, [
    ['bit_count(7)', '3', 'int'],
    ['bit_count(-1)', '64', 'int'],
  ]),
  tolerant('try_add', '+', [
    ['try_add(1, 2)', '3', 'int'],
    ['try_add(2147483647, 1L)', '2147483648', 'bigint', 'try_add(2147483647, 1)'],
    ['try_add(2147483647, 1)', null, 'int'],
    ['try_add(127Y, 1Y)', null, 'tinyint', 'try_add(127, 1)'],
  ]),
  tolerant('try_subtract', '-', [['try_subtract(2, 1)', '1', 'int']]),
  tolerant('try_multiply', '*', [
    ['try_multiply(2, 3)', '6', 'int'],
    ['try_multiply(9223372036854775807L, 2L)', null, 'bigint', 'try_multiply(9223372036854775807, 2)'],
  ]),
  scalar(
    'try_divide',
    {
      takes: ['numeric', 'numeric'],
      unify: (args) => {
        if (args.some(({ type }) => type.kind === 'decimal'))
          throw notInWarehouse('The function try_divide of decimals');
        return args;
      },
      returns: types.double,
      sql: 'CASE WHEN {1} <> 0 THEN CAST({0} AS DOUBLE) / CAST({1} AS DOUBLE) END',
      nullable: true,
    },
    [
      ['try_divide(3, 2)', '1.5', 'double'],
      ['try_divide(1, 0)', null, 'double'],
    ],
  ),
  scalar(
    'pmod',
    {
      takes: ['integral', 'integral'],
      unify: toCommon('pmod'),
      returns: ofFirst,
      sql: `CASE WHEN {1} = 0 THEN error('[REMAINDER_BY_ZERO] Remainder by zero. Use \`try_mod\` to tolerate divisor being 0 and return NULL instead. SQLSTATE: 22012') WHEN {0} % {1} < 0 THEN ({0} % {1} + {1}) % {1} ELSE {0} % {1} END`,
    },
    [
      ['pmod(10, 3)', '1', 'int'],
      ['pmod(-10, 3)', '2', 'int'],
    ],
  ),
];
