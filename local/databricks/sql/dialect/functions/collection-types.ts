import type { ColumnType } from '../../types/column-type.ts';
import { castTo } from '../analysis/cast.ts';
import type { Expression } from '../analysis/expression.ts';
import { failure } from './failures.ts';
import { typeAt } from './typing.ts';

type Args = readonly Expression[];

/** The error of a place 0, where places count from 1. */
export const INDEX_OF_ZERO = failure(
  'INVALID_INDEX_OF_ZERO',
  '22003',
  'The index 0 is invalid. An index shall be either < 0 or > 0 (the first element has index 1).',
);
/** The type of a call's first argument, a map. */
export function mapOf(args: Args): Extract<ColumnType, { kind: 'map' }> {
  const type = typeAt(args, 0);
  if (type.kind !== 'map') throw new RangeError('The argument is no map.');
  return type;
}

/** A map and a key, which becomes of the map's own type. */
export const toKey = (args: Args): Args =>
  args.map((argument, index) => (index === 1 ? castTo(argument, mapOf(args).key) : argument));

/** Whether a value, maybe NULL, is in a list. */
export const holds = (list: string, value: string): string => `coalesce(list_position(${list}, ${value}), 0) > 0`;
/** Whether NULL is in a list. */
export const hasNull = (list: string): string => holds(list, 'NULL');
