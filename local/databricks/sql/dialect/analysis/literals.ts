import { decimal, types, type ColumnType } from '../../types/column-type.ts';
import { duckdbType } from '../../types/duckdb-type.ts';
import { typeName } from '../../types/type-name.ts';
import { quoteString } from '../../quoting.ts';
import { SqlError } from '../../sql-error.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Expression } from './expression.ts';

type Of<Kind extends Expr['kind']> = Extract<Expr, { kind: Kind }>;

/** NULL. */
export const nullLiteral: Expression = { sql: 'NULL', type: types.void, nullable: true, name: 'NULL', constant: null };

/** TRUE or FALSE. */
export const booleanLiteral = (value: boolean): Expression => ({
  sql: String(value),
  type: types.boolean,
  nullable: false,
  name: String(value),
  constant: value,
});

/** A text. */
export const stringLiteral = (value: string): Expression => ({
  sql: quoteString(value),
  type: types.string,
  nullable: false,
  name: value,
  constant: value,
});

/** X'…'. */
export function bytesLiteral({ hex }: Of<'bytes'>): Expression {
  const digits = (hex.length % 2 === 0 ? hex : `0${hex}`).toUpperCase();
  return { sql: `from_hex(${quoteString(digits)})`, type: types.binary, nullable: false, name: `X'${digits}'` };
}

const whole = (value: bigint, type: ColumnType): Expression => ({
  sql: `CAST(${value} AS ${duckdbType(type)})`,
  type,
  nullable: false,
  name: String(value),
  constant: value,
});

const SUFFIXES: Readonly<Record<string, { type: ColumnType; bits: number }>> = {
  Y: { type: types.tinyint, bits: 8 },
  S: { type: types.smallint, bits: 16 },
  L: { type: types.bigint, bits: 64 },
};

/** A number: `1` INT or BIGINT, `1.5` DECIMAL, `1e3` DOUBLE, or what its suffix says. @throws {@link SqlError} INVALID_NUMERIC_LITERAL_RANGE */
export function numberLiteral({ text }: Of<'number'>): Expression {
  const [, signed = '', suffix = ''] = /^(.*?)(BD|[LSYDF])?$/.exec(text) ?? [];

  if (suffix === 'D' || suffix === 'F') return fractional(signed, suffix === 'F' ? types.float : types.double);
  if (suffix === 'BD') return decimalLiteral(signed);
  const integral = SUFFIXES[suffix];
  if (integral !== undefined) return fitted(BigInt(signed), integral, text);
  if (/[eE]/.test(signed)) return fractional(signed, types.double);
  if (signed.includes('.')) return decimalLiteral(signed);
  const value = BigInt(signed);
  if (BigInt.asIntN(32, value) === value) return whole(value, types.int);
  return BigInt.asIntN(64, value) === value ? whole(value, types.bigint) : decimalLiteral(signed);
}

function fitted(value: bigint, { type, bits }: { type: ColumnType; bits: number }, text: string): Expression {
  if (BigInt.asIntN(bits, value) === value) return whole(value, type);
  const half = 2n ** BigInt(bits - 1);
  throw outOfRange(text.slice(0, -1), typeName(type), [String(-half), String(half - 1n)]);
}

const LARGEST = {
  float: ['-3.4028234663852886E+38', '3.4028234663852886E+38'],
  double: ['-1.7976931348623157E+308', '1.7976931348623157E+308'],
} as const;

function outOfRange(text: string, type: string, [least, most]: readonly [least: string, most: string]): SqlError {
  return new SqlError(
    'INVALID_NUMERIC_LITERAL_RANGE',
    '22003',
    `Numeric literal ${text} is outside the valid range for ${type} with minimum value of ${least} and maximum value of ${most}. Please adjust the value accordingly.`,
  );
}

function fractional(text: string, type: ColumnType): Expression {
  const value = type.kind === 'float' ? Math.fround(Number(text)) : Number(text);
  if (!Number.isFinite(value))
    throw outOfRange(text, typeName(type), LARGEST[type.kind === 'float' ? 'float' : 'double']);
  return {
    sql: `CAST(${quoteString(text)} AS ${duckdbType(type)})`,
    type,
    nullable: false,
    name: javaNumber(value, Number(text)),
    constant: value,
  };
}

/** As Java prints a double. */
function javaNumber(value: number, written: number): string {
  if (Object.is(written, -0)) return '-0.0';
  const size = Math.abs(written);
  if (value === 0 || (size >= 1e-3 && size < 1e7)) return Number.isInteger(written) ? `${written}.0` : String(written);
  const [mantissa = '', exponent = ''] = written.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.replace('+', '')}`;
}

function decimalLiteral(text: string): Expression {
  const [, sign = '', wholePart = '', fraction = '', exponent = '0'] =
    /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const shift = Number(exponent);
  const digits = `${wholePart}${fraction}`.padEnd(wholePart.length + Math.max(shift, 0), '0');
  const scale = Math.max(0, fraction.length - shift);
  const padded = digits.padStart(scale + 1, '0');
  const plainWhole = padded.slice(0, padded.length - scale).replace(/^0+(?=\d)/, '');
  const plainFraction = padded.slice(padded.length - scale);
  const significant = plainWhole === '0' ? plainFraction.replace(/^0+/, '').length : plainWhole.length + scale;
  const precision = Math.max(1, scale, significant);
  if (precision > 38)
    throw new SqlError(
      'DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION',
      '22003',
      `Decimal precision ${precision} exceeds max precision 38.`,
    );
  const value = `${sign}${plainWhole}${scale > 0 ? `.${plainFraction}` : ''}`;
  const type = decimal(precision, scale);
  return { sql: `CAST('${value}' AS ${duckdbType(type)})`, type, nullable: false, name: value, constant: value };
}
