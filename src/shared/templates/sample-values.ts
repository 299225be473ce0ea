import type { ParameterSchema } from './parameter-schema.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * A value for each parameter, to see with whether a request that holds them can be sent at all: as the schema suggests
 * it where it does, else some value of the type. It need not fit the schema.
 */
export function sampleValues({ properties }: ParameterSchema): Map<string, unknown> {
  return new Map([...properties].map(([name, schema]) => [name, sampleOf(schema)]));
}

function sampleOf(schema: Schema): unknown {
  if ('default' in schema) return schema['default'];
  if ('const' in schema) return schema['const'];
  for (const list of [schema['enum'], schema['examples']]) if (Array.isArray(list) && list.length > 0) return list[0];
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  return SAMPLES[String(type)]?.(schema) ?? 'x';
}

const SAMPLES: Readonly<Record<string, ((schema: Schema) => unknown) | undefined>> = {
  string: ({ minLength }) => 'x'.repeat(Math.min(Math.max(numberOr(minLength, 1), 1), 1_000)),
  integer: ({ minimum, maximum }) => numberOr(minimum, Math.min(1, numberOr(maximum, 1))),
  number: ({ minimum, maximum }) => numberOr(minimum, Math.min(1, numberOr(maximum, 1))),
  boolean: () => true,
  array: () => [],
  object: () => ({}),
};

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
