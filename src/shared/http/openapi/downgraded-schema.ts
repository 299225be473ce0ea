import { mapSchema, type JsonSchema } from './json-schema.ts';

/** A JSON Schema as OpenAPI 2.0 has it, with the extensions that connectors know. */
export type SwaggerSchema = Readonly<Record<string, unknown>>;

/** The formats that connectors take. @see https://learn.microsoft.com/connectors/custom-connectors/openapi-extensions */
const FORMATS: ReadonlySet<string> = new Set([
  'date-time',
  'email',
  'uri',
  'int32',
  'int64',
  'double',
  'byte',
  'binary',
]);

/**
 * A schema of OpenAPI 3.1 in the words of 2.0: one type a schema, no alternatives (of several the first stands for all
 * where it is the only kind, else anything goes), no null but as an extension, and references without neighbours.
 */
export function downgraded(schema: JsonSchema): SwaggerSchema {
  return { ...mapSchema(schema, downgradedOne) };
}

function downgradedOne(schema: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined) return { $ref: definitionRef(schema.$ref) };
  const { anyOf, const: only, examples: _examples, exclusiveMinimum, type, format, ...rest } = schema;
  const one: JsonSchema = { ...rest };
  if (format !== undefined && FORMATS.has(format)) one.format = format;
  if (only !== undefined) one.enum = [only];
  // A number above a bound that is no part of it: 2.0 has a flag for that.
  if (exclusiveMinimum !== undefined) Object.assign(one, { minimum: exclusiveMinimum, exclusiveMinimum: true });
  if (typeof type === 'string') one.type = type;
  if (Array.isArray(type)) {
    const [first, ...others] = type.filter((name) => name !== 'null');
    if (first !== undefined && others.length === 0) one.type = first;
    if (type.includes('null')) one['x-nullable'] = true;
  }
  return anyOf === undefined ? one : { ...alternative(anyOf), ...one };
}

/** What is left of alternatives, which have been downgraded themselves. */
function alternative(anyOf: readonly JsonSchema[]): JsonSchema {
  const others = anyOf.filter(({ type }) => type !== 'null');
  const nullable: JsonSchema = others.length < anyOf.length ? { 'x-nullable': true } : {};
  const [first] = others;
  // Of several documents the first is the one that workflows go on with.
  if (first?.$ref !== undefined) return first;
  const isOneKind = first !== undefined && others.every(({ type }) => type !== undefined && type === first.type);
  if (others.length === 1 && first !== undefined) return { ...first, ...nullable };
  return isOneKind ? { type: first.type as string, ...nullable } : nullable;
}

function definitionRef(reference: string): string {
  return reference.replace('#/components/schemas/', '#/definitions/');
}
