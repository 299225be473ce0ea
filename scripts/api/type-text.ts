import type { JsonSchema } from '../../src/shared/http/openapi/json-schema.ts';

/** A schema in a few words of Markdown: its type, its bounds, its default. */
export function typeText(schema: JsonSchema): string {
  const bounds = boundsOf(schema);
  const byDefault =
    schema.default === undefined || Array.isArray(schema.default)
      ? ''
      : `, default \`${JSON.stringify(schema.default)}\``;
  return `${kindOf(schema)}${bounds === '' ? '' : ` (${bounds})`}${byDefault}`;
}

function kindOf(schema: JsonSchema): string {
  const { $ref, anyOf, const: only, enum: values, type, items, additionalProperties, format } = schema;
  if ($ref !== undefined) return reference($ref);
  if (anyOf !== undefined) return [...new Set(anyOf.map(kindOf))].join(' or ');
  if (only !== undefined) return code(only);
  if (values !== undefined) return values.map(code).join(', ');
  if (type === 'array') return items === undefined ? 'list' : `list of ${kindOf(items)}`;
  if (type === 'object' && typeof additionalProperties === 'object') return `map of ${kindOf(additionalProperties)}`;
  if (format === 'date-time') return Array.isArray(type) ? 'time or null' : 'time';
  if (Array.isArray(type)) return type.map(nameOf).join(' or ');
  return type === undefined ? 'any' : nameOf(type);
}

const NAMES: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number' };

function nameOf(type: string): string {
  return NAMES[type] ?? type;
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function reference($ref: string): string {
  const name = $ref.split('/').at(-1) ?? '';
  return `[${name}](#${name.toLowerCase()})`;
}

function boundsOf(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, maxLength, maxItems, maxProperties } = schema;
  const most = (value: number | undefined, unit: string) =>
    value === undefined || value >= 10_000 ? [] : [`at most ${value}${unit}`];
  return [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(maximum === undefined || maximum >= 2 ** 31 - 1 ? [] : [`to ${maximum}`]),
    ...most(maxLength, ' characters'),
    ...most(maxItems, ''),
    ...most(maxProperties, ''),
  ].join(' ');
}
