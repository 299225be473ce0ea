import { types } from '../../types/column-type.ts';
import { SqlError } from '../../sql-error.ts';
import { castTo } from '../analysis/cast.ts';
import type { Expression } from '../analysis/expression.ts';
import { windowed, type Form, type SqlFunction } from './function.ts';
import { ofFirst, typeAt } from './typing.ts';

const number = (name: string, title: string): SqlFunction =>
  windowed(name, { takes: [], returns: types.int, sql: `CAST(${name}(){tail} AS INTEGER)`, nullable: false }, [], {
    title,
  });
const share = (name: string, title: string): SqlFunction =>
  windowed(name, { takes: [], returns: types.double, sql: `${name}(){tail}`, nullable: false }, [], { title });

/** A row before or after; without one, the default, which is cast to the value's type. */
const shifted = (name: 'lag' | 'lead'): readonly Form[] => [
  { takes: ['any'], returns: ofFirst, sql: `${name}({0}{nulls}){tail}`, nullable: true, shown: ['1', 'NULL'] },
  {
    takes: ['any', 'intLiteral'],
    returns: ofFirst,
    sql: `${name}({0}, {1}{nulls}){tail}`,
    nullable: true,
    shown: ['NULL'],
  },
  {
    takes: ['any', 'intLiteral', 'any'],
    unify: (args) => args.map((argument, index) => (index === 2 ? castTo(argument, typeAt(args, 0)) : argument)),
    returns: ofFirst,
    sql: `${name}({0}, {1}, {2}{nulls}){tail}`,
    nullable: true,
  },
];

function toBuckets(args: readonly Expression[]): readonly Expression[] {
  if (Number(args[0]?.constant) > 0) return args;
  throw new SqlError(
    'DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE',
    '42K09',
    `Cannot resolve "ntile(${args[0]?.name ?? ''})" due to data type mismatch: The \`buckets\` must be between (0, 2147483647] (current value = ${args[0]?.name ?? ''}).`,
  );
}

/** Functions that need an OVER clause. */
export const WINDOW_FUNCTIONS: readonly SqlFunction[] = [
  number('row_number', 'row_number'),
  number('rank', 'RANK'),
  number('dense_rank', 'DENSE_RANK'),
  windowed(
    'ntile',
    {
      takes: ['intLiteral'],
      unify: toBuckets,
      returns: types.int,
      sql: 'CAST(ntile({0}){tail} AS INTEGER)',
      nullable: false,
    },
    [],
  ),
  share('percent_rank', 'PERCENT_RANK'),
  share('cume_dist', 'cume_dist'),
  windowed('lag', shifted('lag'), []),
  windowed('lead', shifted('lead'), []),
  windowed(
    'nth_value',
    { takes: ['any', 'intLiteral'], returns: ofFirst, sql: 'nth_value({0}, {1}{nulls}){tail}', nullable: true },
    [],
  ),
];
