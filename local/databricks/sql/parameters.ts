import { castInvalid } from './errors.ts';
import { SqlError } from './sql-error.ts';

/** A bound value as both APIs send it: text with Databricks' type name; no value is NULL. */
export interface SqlParameter {
  /** Absent for positional parameters. */
  name?: string;
  type?: string;
  value?: string | null | undefined;
}

const duckdbTypes: Record<string, string> = {
  STRING: 'VARCHAR',
  BOOLEAN: 'BOOLEAN',
  BYTE: 'TINYINT',
  TINYINT: 'TINYINT',
  SHORT: 'SMALLINT',
  SMALLINT: 'SMALLINT',
  INT: 'INTEGER',
  INTEGER: 'INTEGER',
  LONG: 'BIGINT',
  BIGINT: 'BIGINT',
  REAL: 'FLOAT',
  FLOAT: 'FLOAT',
  DOUBLE: 'DOUBLE',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMPTZ',
  TIMESTAMP_LTZ: 'TIMESTAMPTZ',
  TIMESTAMP_NTZ: 'TIMESTAMP',
  BINARY: 'BLOB',
};

/** The name under which the translated statement knows the n-th positional parameter, from 1. */
export function positionalName(position: number): string {
  return `positional_${position}`;
}

const PLAIN_NAME = /^[A-Za-z_]\w*$/;
const QUOTED_PREFIX = 'quoted_';

/** The name of a parameter as the translated statement has it: in lower case, one that needs backticks in hexadecimal. */
export function parameterKey(name: string): string {
  const lower = name.toLowerCase();
  return PLAIN_NAME.test(name) ? lower : `${QUOTED_PREFIX}${Buffer.from(lower).toString('hex')}`;
}

/** The name that a {@link parameterKey} stands for. */
export function parameterName(key: string): string {
  const [, hex] = new RegExp(`^${QUOTED_PREFIX}((?:[0-9a-f]{2})+)$`).exec(key) ?? [];
  return hex === undefined ? key : Buffer.from(hex, 'hex').toString();
}

/** Parameters by their {@link parameterKey}, positional ones by {@link positionalName}. */
export function parametersByName(parameters: readonly SqlParameter[]): Map<string, SqlParameter> {
  return new Map(
    parameters.map((parameter, index) => [parameterKey(parameter.name || positionalName(index + 1)), parameter]),
  );
}

/** The DuckDB type that a parameter's text is cast to; undefined for an untyped NULL. */
export function duckdbTypeOf(parameter: SqlParameter): string | undefined {
  const type = parameter.type?.trim().toUpperCase();
  if (!type || type === 'VOID')
    return parameter.value === undefined || parameter.value === null ? undefined : 'VARCHAR';
  const decimal = /^(?:DECIMAL|DEC|NUMERIC)(?:\(\s*(\d{1,2})\s*(?:,\s*(\d{1,2})\s*)?\))?$/.exec(type);
  if (decimal) return decimal[1] ? `DECIMAL(${decimal[1]}, ${decimal[2] ?? 0})` : decimalFor(parameter.value ?? '0');
  if (/^(?:STRING|VARCHAR\(\d+\)|CHAR\(\d+\))$/.test(type)) return 'VARCHAR';
  if (type.startsWith('INTERVAL')) return 'INTERVAL';
  const known = duckdbTypes[type];
  if (!known)
    throw new SqlError(
      'INVALID_PARAMETER_MARKER_VALUE.INVALID_VALUE_DATA_TYPE',
      '22023',
      `The type ${type} cannot be bound to a parameter.`,
    );
  return known;
}

const wholeTypes = /^(?:BYTE|TINYINT|SHORT|SMALLINT|INT|INTEGER|LONG|BIGINT)$/;

/**
 * A parameter's value as DuckDB reads it in a cast to its type.
 * @throws {@link SqlError} CAST_INVALID_INPUT for a fraction as a whole number, which DuckDB would round
 */
export function duckdbTextOf({ type = '', value }: SqlParameter): string | null {
  if (value === undefined || value === null) return null;
  const text = value.trim();
  const name = type.trim().toUpperCase();
  if (wholeTypes.test(name) && !/^[+-]?\d+$/.test(text)) throw castInvalid(value, name);
  const unit = /^INTERVAL\s+(\w+)/.exec(name)?.[1];
  return unit ? intervalText(text, unit) : value;
}

/** `3` as `3 DAY`, `1-2` as months, `1 02:03:04` as days and a time. */
function intervalText(text: string, unit: string): string {
  if (/^[+-]?\d+$/.test(text)) return `${text} ${unit}`;
  const months = /^([+-]?)(\d+)-(\d+)$/.exec(text);
  if (months) return `${months[1]}${Number(months[2]) * 12 + Number(months[3])} months`;
  return text.replace(/^([+-]?)(\d+)\s+(?=\d+:)/, (_all, sign: string, days: string) => `${sign}${days} days ${sign}`);
}

/** A DECIMAL without precision takes its digits from the value, as a literal does. */
function decimalFor(value: string): string {
  const digits = /^[+-]?0*(\d*)(?:\.(\d*))?$/.exec(value.trim());
  const scale = digits?.[2]?.length ?? 0;
  const precision = Math.min(38, Math.max((digits?.[1]?.length ?? 0) + scale, scale, 1));
  return digits ? `DECIMAL(${precision}, ${Math.min(scale, precision)})` : 'DECIMAL(38, 18)';
}
