import type { DBSQLParameter, DBSQLParameterType } from '@databricks/sql';
import * as z from 'zod';
import { absentIfNull, list } from '../body-schema.ts';
import type { RawJson } from '../json.ts';
import type { Driver } from './warehouse/driver-types.ts';
import { closed } from '../schema-wording.ts';

const scalar = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.custom<RawJson>((value) => JSON.isRawJSON(value), 'Expected a string, number, boolean or null.'),
]);

/** A parameter as the Statement Execution API has it; numbers and booleans may be given as JSON has them. */
export const parameterSchema = closed({
  name: absentIfNull(
    z
      .string()
      .max(255)
      // What a statement names in backticks may hold more than letters and digits.
      .regex(/^[^\p{C}`'";\\]+$/u, 'A name has no control characters, quotes, backslashes and semicolons.')
      .optional(),
  ),
  value: scalar.optional(),
  type: absentIfNull(
    z
      .string()
      .regex(
        /^[A-Za-z][A-Za-z_ ]{0,40}(\(\d{1,3}(, ?\d{1,3})?\))?$/,
        'Expected a scalar type, such as INT or DECIMAL(18,4).',
      )
      .optional(),
  ),
});

/** Positional (`?`) or named (`:name`), never both. */
export const parametersSchema = list(parameterSchema).superRefine((parameters, context) => {
  const named = parameters.filter(({ name }) => name !== undefined);
  if (named.length > 0 && named.length < parameters.length) {
    context.addIssue({ code: 'custom', message: 'Either every parameter has a name or none has.' });
  }
  if (new Set(named.map(({ name }) => name)).size < named.length) {
    context.addIssue({ code: 'custom', message: 'Two parameters have the same name.' });
  }
});

/** A parameter of a statement. */
export type SqlParameter = z.output<typeof parameterSchema>;

/** A parameter with its type made explicit; a value of `null` has no type. */
export interface TypedParameter {
  readonly name?: string | undefined;
  readonly value: string | null;
  readonly type: string;
}

const INT_MAX = 2n ** 31n;
const BIGINT_MAX = 2n ** 63n;

/**
 * Gives every parameter a type: the one named, else STRING, BOOLEAN, and for a number the narrowest type that holds all
 * its digits.
 */
export function typedParameter({ name, value, type }: SqlParameter): TypedParameter {
  const named = name === undefined ? {} : { name };
  if (value === undefined || value === null || type?.toUpperCase() === 'VOID')
    return { ...named, value: null, type: 'VOID' };
  const text = JSON.isRawJSON(value) ? value.rawJSON : String(value);
  if (type !== undefined) return { ...named, value: text, type: type.toUpperCase().replace(', ', ',') };
  if (typeof value === 'string') return { ...named, value, type: 'STRING' };
  if (typeof value === 'boolean') return { ...named, value: text, type: 'BOOLEAN' };
  return { ...named, value: text, type: numberType(text) };
}

function numberType(text: string): string {
  const decimal = /^-?(\d+)(?:\.(\d+))?$/.exec(text);
  if (decimal === null) return 'DOUBLE';
  const [, whole = '', fraction] = decimal;
  if (fraction !== undefined) {
    const precision = whole.replace(/^0+/, '').length + fraction.length;
    return text.length <= 16 || precision > 38 ? 'DOUBLE' : `DECIMAL(${Math.max(precision, 1)},${fraction.length})`;
  }
  if (whole.length > 38) return 'DOUBLE';
  const value = BigInt(text);
  if (value >= -INT_MAX && value < INT_MAX) return 'INT';
  if (value >= -BIGINT_MAX && value < BIGINT_MAX) return 'BIGINT';
  return `DECIMAL(${whole.length},0)`;
}

/** The parameters as the driver takes them. */
export function driverParameters(
  { DBSQLParameter: Parameter }: Driver,
  parameters: readonly SqlParameter[],
): { namedParameters?: Record<string, DBSQLParameter>; ordinalParameters?: DBSQLParameter[] } {
  if (parameters.length === 0) return {};
  const typed = parameters.map((parameter) => typedParameter(parameter));
  const driverParameter = ({ value, type }: TypedParameter) =>
    new Parameter({ value, type: (type === 'INT' ? 'INTEGER' : type) as unknown as DBSQLParameterType });
  if (typed[0]?.name === undefined) return { ordinalParameters: typed.map(driverParameter) };
  const named = typed.map((parameter) => [parameter.name, driverParameter(parameter)] as const);
  return { namedParameters: Object.fromEntries(named) as Record<string, DBSQLParameter> };
}
