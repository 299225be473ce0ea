/** A value as both APIs send it: text with Databricks' type name; no value is NULL. */
export interface ParameterPart {
  type?: string;
  value?: string | null | undefined;
  /** In place of a value: the elements of an ARRAY, the keys and values in turn of a MAP. Only Thrift sends them. */
  parts?: readonly ParameterPart[];
}

/** A parameter of a statement, by name or by position. */
export interface SqlParameter extends ParameterPart {
  /** Absent for positional parameters. */
  name?: string;
}

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
