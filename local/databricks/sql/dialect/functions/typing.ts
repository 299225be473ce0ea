import { array, type ColumnType } from '../../types/column-type.ts';
import { castTo, commonType } from '../analysis/cast.ts';
import type { Expression } from '../analysis/expression.ts';
import { commonTypeOf } from '../analysis/type-coercion.ts';
import { SqlError } from '../../sql-error.ts';
import { notInWarehouse } from './failures.ts';

type Args = readonly Expression[];

/** The type of an argument. @throws RangeError for one that is not there */
export function typeAt(args: Args, index: number): ColumnType {
  const argument = args[index];
  if (argument === undefined) throw new RangeError(`There is no argument ${index}.`);
  return argument.type;
}

/** The result has the type of its first argument. */
export const ofFirst = (args: Args): ColumnType => typeAt(args, 0);

/** Arguments cast to their least common type. */
export const toCommon =
  (name: string) =>
  (args: Args): Args => {
    const type = commonType(args, `${name}(${args.map((argument) => argument.name).join(', ')})`);
    return args.map((argument) => castTo(argument, type));
  };

/** The type of an array's elements. */
export function elementAt(args: Args, index = 0): ColumnType {
  const type = typeAt(args, index);
  if (type.kind !== 'array') throw new RangeError(`Argument ${index} is no array.`);
  return type.element;
}

/** An array and a value that becomes of its elements' type, or both of the wider one. */
export const toElement =
  (name: string, valueIndex = 1) =>
  (args: Args): Args => {
    const value = typeAt(args, valueIndex);
    const isMixed =
      [elementAt(args), value].some(({ kind }) => kind === 'string') && elementAt(args).kind !== value.kind;
    if (isMixed && value.kind !== 'void' && elementAt(args).kind !== 'void')
      throw notInWarehouse(`The function ${name}(${typeAt(args, 0).text}, ${value.text})`);
    const common = commonTypeOf(elementAt(args), value);
    if (common === undefined) throw differing(name, args, `"${array(value).text}"`);
    return args.map((argument, index) => {
      if (index === 0) return castTo(argument, array(common));
      return index === valueIndex ? castTo(argument, common) : argument;
    });
  };

function differing(name: string, args: Args, value: string): SqlError {
  const shown = `${name}(${args.map((argument) => argument.name).join(', ')})`;
  return new SqlError(
    'DATATYPE_MISMATCH.ARRAY_FUNCTION_DIFF_TYPES',
    '42K09',
    `Cannot resolve "${shown}" due to data type mismatch: Input to \`${name}\` should have been "ARRAY" followed by a value with same element type, but it's ["${typeAt(args, 0).text}", ${value}].`,
  );
}

/** An array whose elements have an order that is known here: not arrays or structs, with NULLs inside. */
export const toSortable =
  (name: string) =>
  (args: Args): Args => {
    if (!['array', 'struct', 'map', 'variant'].includes(elementAt(args).kind)) return args;
    throw notInWarehouse(`The function ${name}(${typeAt(args, 0).text})`);
  };
