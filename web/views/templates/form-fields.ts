/** A JSON Schema, as far as a form is made of it. */
export interface FieldSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  properties?: Record<string, FieldSchema>;
  required?: string[];
}

/** How a parameter is asked for. `json`: whatever has no field of its own is typed as JSON. */
export type FieldKind = 'choice' | 'check' | 'number' | 'text' | 'json';

/** One field of a form. */
export interface FormField {
  name: string;
  kind: FieldKind;
  isRequired: boolean;
  schema: FieldSchema;
  /** What it begins with, as it is typed. */
  initial: string;
}

/** The fields of a template's parameters, those that are required first. */
export function formFields({ properties = {}, required = [] }: FieldSchema): FormField[] {
  const fields = Object.entries(properties).map(([name, schema]) => ({
    name,
    kind: kindOf(schema),
    isRequired: required.includes(name),
    schema,
    initial: initialOf(schema),
  }));
  return fields.toSorted((one, other) => Number(other.isRequired) - Number(one.isRequired));
}

/**
 * The parameters that were typed, as JSON values; what was left empty is left out, so that the template's own default holds.
 * @throws {SyntaxError} where what is to be JSON is none; the message names the field
 */
export function templateParameters(
  fields: readonly FormField[],
  typed: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const given = fields.flatMap(({ name, kind, schema, isRequired, initial }): [string, unknown][] => {
    const text = typed[name] ?? initial;
    if (text === '' && !(isRequired && kind === 'text')) return [];
    return [[name, valueOf(name, kind, schema, text)]];
  });
  return Object.fromEntries(given);
}

function valueOf(name: string, kind: FieldKind, schema: FieldSchema, text: string): unknown {
  switch (kind) {
    case 'choice':
      return schema.enum?.find((each) => textOf(each) === text);
    case 'check':
      return text === 'true';
    case 'number':
      return exactNumber(text);
    case 'text':
      return text;
    case 'json':
      try {
        return JSON.parse(text);
      } catch (error) {
        throw new SyntaxError(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
  }
}

/** A number with all its digits, where the browser can say it in JSON; older ones say the nearest. */
function exactNumber(text: string): unknown {
  const { rawJSON } = JSON as { rawJSON?: (text: string) => unknown };
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) ? number : (rawJSON?.(text) ?? number);
}

function kindOf({ type, enum: choices }: FieldSchema): FieldKind {
  if (choices !== undefined) return 'choice';
  if (type === 'boolean') return 'check';
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'string' ? 'text' : 'json';
}

function initialOf(schema: FieldSchema): string {
  const value = schema.default ?? schema.const;
  return value === undefined ? '' : textOf(value);
}

/** A value as it is typed or chosen. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
