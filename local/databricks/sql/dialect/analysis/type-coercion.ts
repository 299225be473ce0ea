import {
  array,
  decimal,
  interval,
  map,
  struct,
  types,
  type ColumnType,
  type IntervalUnit,
} from '../../types/column-type.ts';
import { isSameType } from '../../types/type-name.ts';

type Decimal = Extract<ColumnType, { kind: 'decimal' }>;

const INTEGRALS = ['tinyint', 'smallint', 'int', 'bigint'] as const;
const MAX_PRECISION = 38;
const MIN_ADJUSTED_SCALE = 6;

/** Whether a type has whole numbers only. */
export const isIntegral = ({ kind }: ColumnType): boolean => INTEGRALS.some((integral) => integral === kind);
/** FLOAT or DOUBLE. */
export const isFractional = ({ kind }: ColumnType): boolean => kind === 'float' || kind === 'double';
/** Whether a type is a number. */
export const isNumeric = (type: ColumnType): boolean =>
  isIntegral(type) || isFractional(type) || type.kind === 'decimal';
/** Whether a type is a time. */
export const isTemporal = ({ kind }: ColumnType): boolean =>
  kind === 'date' || kind === 'timestamp' || kind === 'timestamp_ntz';

const DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, int: 10, bigint: 20 };

/** The DECIMAL that holds every value of an integral type. */
export function decimalOfIntegral(type: ColumnType): Decimal | undefined {
  if (type.kind === 'decimal') return type;
  const digits = DIGITS[type.kind];
  return digits === undefined ? undefined : (decimal(digits, 0) as Decimal);
}

/** A DECIMAL beyond 38 digits gives up fraction digits, down to six, before it gives up whole ones. */
export function adjustedDecimal(precision: number, scale: number): Decimal {
  if (precision <= MAX_PRECISION) return decimal(precision, scale) as Decimal;
  const whole = precision - scale;
  const kept = Math.max(MAX_PRECISION - whole, Math.min(scale, MIN_ADJUSTED_SCALE));
  return decimal(MAX_PRECISION, kept) as Decimal;
}

/** The DECIMAL that holds both, as far as 38 digits do. */
export function widerDecimal(left: Decimal, right: Decimal): ColumnType {
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  return whole + scale <= MAX_PRECISION ? decimal(whole + scale, scale) : adjustedDecimal(whole + scale, scale);
}

/**
 * The least common type: what CASE, coalesce, IN, comparisons and UNION cast their operands to.
 * Source: Databricks' reference, "SQL data type rules", least common type resolution.
 */
export function commonTypeOf(left: ColumnType, right: ColumnType): ColumnType | undefined {
  if (isSameType(left, right)) return left;
  if (left.kind === 'void') return right;
  if (right.kind === 'void') return left;
  if (isNumeric(left) && isNumeric(right)) return commonNumber(left, right);
  if (isTemporal(left) && isTemporal(right)) return commonTemporal(left, right);
  if (left.kind === 'string') return crossCast(right);
  if (right.kind === 'string') return crossCast(left);
  if (left.kind === 'interval' && right.kind === 'interval') return commonInterval(left, right);
  return commonNested(left, right);
}

/** The least common type of several; undefined when there is none. */
export function commonTypeOfAll(all: readonly ColumnType[]): ColumnType | undefined {
  let common: ColumnType | undefined = types.void;
  for (const type of all) common = common === undefined ? undefined : commonTypeOf(common, type);
  return common;
}

function commonNumber(left: ColumnType, right: ColumnType): ColumnType {
  const kinds = [left.kind, right.kind];
  if (kinds.includes('double')) return types.double;
  if (kinds.includes('float'))
    return kinds.every((kind) => ['float', 'tinyint', 'smallint'].includes(kind)) ? types.float : types.double;
  const decimals = left.kind === 'decimal' || right.kind === 'decimal';
  const [leftDecimal, rightDecimal] = [decimalOfIntegral(left), decimalOfIntegral(right)];
  if (decimals && leftDecimal !== undefined && rightDecimal !== undefined)
    return widerDecimal(leftDecimal, rightDecimal);
  return INTEGRALS.findIndex((kind) => kind === left.kind) > INTEGRALS.findIndex((kind) => kind === right.kind)
    ? left
    : right;
}

function commonTemporal(left: ColumnType, right: ColumnType): ColumnType {
  if (left.kind === 'timestamp' || right.kind === 'timestamp') return types.timestamp;
  return types.timestampNtz;
}

/** What a STRING beside another type is cast to. */
export function crossCast(other: ColumnType): ColumnType | undefined {
  if (isIntegral(other)) return types.bigint;
  if (isFractional(other) || other.kind === 'decimal') return types.double;
  if (isTemporal(other) || other.kind === 'boolean' || other.kind === 'binary') return other;
  return undefined;
}

const YEAR_MONTH: readonly IntervalUnit[] = ['YEAR', 'MONTH'];
const DAY_TIME: readonly IntervalUnit[] = ['DAY', 'HOUR', 'MINUTE', 'SECOND'];

/** From the larger of the first fields to the smaller of the last ones. */
export function commonInterval(
  left: Extract<ColumnType, { kind: 'interval' }>,
  right: Extract<ColumnType, { kind: 'interval' }>,
): ColumnType | undefined {
  const units = [YEAR_MONTH, DAY_TIME].find((group) => group.includes(left.from) && group.includes(right.from));
  if (units === undefined) return undefined;
  const from = units[Math.min(units.indexOf(left.from), units.indexOf(right.from))];
  const to = units[Math.max(units.indexOf(left.to), units.indexOf(right.to))];
  return from === undefined || to === undefined ? undefined : interval(from, to);
}

function commonNested(left: ColumnType, right: ColumnType): ColumnType | undefined {
  if (left.kind === 'array' && right.kind === 'array') {
    const element = commonTypeOf(left.element, right.element);
    return element === undefined ? undefined : array(element);
  }
  if (left.kind === 'map' && right.kind === 'map') {
    const key = commonTypeOf(left.key, right.key);
    const value = commonTypeOf(left.value, right.value);
    return key === undefined || value === undefined ? undefined : map(key, value);
  }
  if (left.kind !== 'struct' || right.kind !== 'struct' || left.fields.length !== right.fields.length) return undefined;
  const fields = left.fields.map(({ name, type }, index) => {
    const other = right.fields[index];
    const common =
      other !== undefined && name.toLowerCase() === other.name.toLowerCase()
        ? commonTypeOf(type, other.type)
        : undefined;
    return common === undefined ? undefined : { name, type: common };
  });
  return fields.every((field) => field !== undefined) ? struct(fields) : undefined;
}
