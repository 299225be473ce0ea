import { types, type ColumnType } from '../../types/column-type.ts';
import type { SqlParameter } from '../../engine/parameters.ts';
import { SqlError, unsupported } from '../../sql-error.ts';
import { typeOfText } from '../syntax/parse.ts';
import { castInvalid } from '../../errors.ts';
import type { Expression } from './expression.ts';
import { intervalConstant, intervalFromText } from './intervals.ts';
import { isIntegral } from './type-coercion.ts';

/** A parameter's value: how it is bound, its type, and its constant where the analysis needs it. */
export interface BoundParameter {
  type: ColumnType;
  /** The text that is bound and cast; null is NULL. */
  text: string | null;
  constant?: Expression['constant'];
  /** The value itself, where it is not bound as a text. */
  literal?: Expression;
}

/** What a parameter stands for. Without a type it is a STRING, without a value and a type NULL. @throws {@link SqlError} */
export function boundParameter({ type: name, value }: SqlParameter): BoundParameter {
  const type = typeOf(name?.trim() ?? '', value);
  if (value === undefined || value === null) return { type, text: null, constant: null };
  if (type.kind === 'interval') {
    const amount = intervalFromText(value, type);
    if (amount === undefined) throw castInvalid(value, type.text);
    return { type, text: null, literal: intervalConstant(amount, type) };
  }
  if (isIntegral(type) && !isWholeOf(value, type)) throw castInvalid(value, type.text);
  return {
    type,
    text: value,
    constant: isIntegral(type) ? BigInt(value.trim().replace(/^\+/, '')) : type.kind === 'string' ? value : undefined,
  };
}

const BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };

function isWholeOf(text: string, type: ColumnType): boolean {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return false;
  const value = BigInt(text.trim().replace(/^\+/, ''));
  return BigInt.asIntN(BITS[type.kind] ?? 0, value) === value;
}

const BINDABLE = new Set([
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'decimal',
  'date',
  'timestamp',
  'timestamp_ntz',
  'string',
  'binary',
  'interval',
  'void',
]);

function typeOf(name: string, value: string | null | undefined): ColumnType {
  if (name === '' || name.toUpperCase() === 'VOID')
    return value === undefined || value === null ? types.void : types.string;
  const type = typeOfText(name.toUpperCase() === 'INTERVAL' ? 'INTERVAL DAY TO SECOND' : name);
  if (type === undefined)
    throw new SqlError(
      'INVALID_PARAMETER_MARKER_VALUE.INVALID_VALUE_DATA_TYPE',
      '22023',
      `The type ${name.toUpperCase()} cannot be bound to a parameter.`,
    );
  if (!BINDABLE.has(type.kind)) throw unsupported(`A parameter of the type ${type.text}`);
  return type;
}
