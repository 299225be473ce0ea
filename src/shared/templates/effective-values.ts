import type { ParameterSchema } from './parameter-schema.ts';

/** The values that a template is filled with: those given, and the defaults of those that are not. */
export function effectiveValues(
  { properties }: ParameterSchema,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const defaults = [...properties].filter(([name, schema]) => 'default' in schema && !Object.hasOwn(given, name));
  // `given` is spread, and not assigned: a member named __proto__ has to come before the schema as one.
  return { ...Object.fromEntries(defaults.map(([name, schema]) => [name, schema['default']])), ...given };
}
