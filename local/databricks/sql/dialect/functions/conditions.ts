import { types } from '../../types/column-type.ts';
import { castTo, commonType } from '../analysis/cast.ts';
import type { Expression } from '../analysis/expression.ts';
import { decodeCases } from './encodings.ts';
import { notInWarehouse } from './failures.ts';
import { scalar, type SqlFunction } from './function.ts';
import { ofFirst, toCommon, typeAt } from './typing.ts';

type Args = readonly Expression[];

const zero: Expression = { sql: 'CAST(0 AS INTEGER)', type: types.int, nullable: false, name: '0', constant: 0 };

/** The expression and the searches of a `decode`, and its results, each of their common type. */
function unifyDecode(args: Args): Args {
  const isResult = (index: number): boolean =>
    index > 1 && (index % 2 === 0 || (index === args.length - 1 && args.length % 2 === 0));
  const name = `decode(${args.map((argument) => argument.name).join(', ')})`;
  const results = commonType(
    args.filter((_, index) => isResult(index)),
    name,
  );
  const searches = commonType(
    args.filter((_, index) => !isResult(index)),
    name,
  );
  return args.map((argument, index) => castTo(argument, isResult(index) ? results : searches));
}

/** Comparisons with NULL, and choices. */
export const CONDITION_FUNCTIONS: readonly SqlFunction[] = [
  scalar(
    'isnull',
    { takes: ['any'], returns: types.boolean, sql: '({0} IS NULL)', nullable: false },
    [['isnull(1)', 'false', 'boolean', '(1 IS NULL)']],
    { column: ([x]) => `(${x} IS NULL)` },
  ),
  scalar(
    'isnotnull',
    { takes: ['any'], returns: types.boolean, sql: '({0} IS NOT NULL)', nullable: false },
    [['isnotnull(1)', 'true', 'boolean', '(1 IS NOT NULL)']],
    { column: ([x]) => `(${x} IS NOT NULL)` },
  ),
  scalar(
    'equal_null',
    {
      takes: ['any', 'any'],
      unify: toCommon('equal_null'),
      returns: types.boolean,
      sql: '({0} IS NOT DISTINCT FROM {1})',
      nullable: false,
    },
    [
      ['equal_null(3, 3)', 'true', 'boolean'],
      ['equal_null(NULL, NULL)', 'true', 'boolean'],
      ["equal_null(1, '11')", 'false', 'boolean'],
    ],
  ),
  scalar('nullifzero', { takes: ['number'], returns: ofFirst, sql: 'nullif({0}, 0)', nullable: true }, [
    ['nullifzero(0)', null, 'int'],
    ['nullifzero(2)', '2', 'int'],
  ]),
  scalar(
    'zeroifnull',
    {
      takes: ['any'],
      unify: (args) => toCommon('zeroifnull')([...args, zero]).slice(0, 1),
      returns: ofFirst,
      sql: 'coalesce({0}, 0)',
      nullable: false,
    },
    [
      ['zeroifnull(NULL)', '0', 'int'],
      ['zeroifnull(2)', '2', 'int'],
    ],
  ),
  scalar(
    'decode',
    [
      {
        takes: ['binary', 'stringLiteral'],
        returns: types.string,
        sql: (args) => {
          if (/^utf-?8$/i.test(String(args[1]?.constant))) return 'decode({0})';
          throw notInWarehouse(`decode with the character set '${String(args[1]?.constant)}'`);
        },
      },
      {
        takes: ['any', 'any', 'any'],
        more: 'any',
        unify: unifyDecode,
        returns: (args) => typeAt(args, 2),
        sql: decodeCases,
        nullable: true,
      },
    ],
    [
      ["decode(encode('abc', 'utf-8'), 'utf-8')", 'abc', 'string'],
      ["decode(5, 6, 'Spark', 5, 'SQL', 4, 'rocks')", 'SQL', 'string'],
      ["decode(NULL, 6, 'Spark', NULL, 'SQL', 4, 'rocks')", 'SQL', 'string'],
      ["decode(7, 6, 'Spark', 5, 'SQL', 'rocks')", 'rocks', 'string'],
    ],
  ),
];
