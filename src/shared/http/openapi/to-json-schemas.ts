import * as z from 'zod';
import { hints } from '../../body-schema.ts';
import { mapSchema, type JsonSchema } from './json-schema.ts';

/** Where a named schema stands in an OpenAPI 3.1 document. */
export function schemaRef(name: string): string {
  return `#/components/schemas/${name}`;
}

/**
 * The JSON Schemas of zod schemas that have names: one that holds another refers to it. Of what a body may leave out,
 * `null` and a number as text are taken too; that is said once for the whole document, and not at every field.
 * `isRequest` says which of them are sent by callers.
 */
export function toJsonSchemas(
  schemas: Readonly<Record<string, z.ZodType>>,
  isRequest: (name: string) => boolean,
): Record<string, JsonSchema> {
  const named = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) named.add(schema, { id });
  const converted = z.toJSONSchema(named, {
    io: 'input',
    unrepresentable: 'any',
    uri: schemaRef,
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      // What zod cannot describe is a number with too many digits for JavaScript: no client sends another form.
      if (def.type === 'custom') jsonSchema.not = {};
      if (def.type === 'default') jsonSchema.default = def.defaultValue;
      Object.assign(jsonSchema, hints.get(zodSchema));
    },
  }).schemas as Record<string, JsonSchema & { $schema?: string; $id?: string }>;
  return Object.fromEntries(
    Object.entries(converted).map(([name, { $schema: _schema, $id: _id, ...schema }]) => [
      name,
      mapSchema(schema, (one) => tidied(one, isRequest(name))),
    ]),
  );
}

/** The JSON Schema of a zod schema without a name: a parameter or a header. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const { value = {} } = toJsonSchemas({ value: schema }, () => true);
  return value;
}

/** Without what says nothing: bounds of every number, names that are any text, alternatives that nothing fits. */
function tidied(schema: JsonSchema, isRequest: boolean): JsonSchema {
  const { propertyNames: _names, ...rest } = schema;
  const one: JsonSchema = rest;
  if (one.maximum === Number.MAX_SAFE_INTEGER) delete one.maximum;
  if (one.minimum === Number.MIN_SAFE_INTEGER) delete one.minimum;
  if (isEmpty(one.additionalProperties)) one.additionalProperties = true;
  if (isEmpty(one.default)) delete one.default;
  if (one.format === 'date-time' || one.format === 'email') delete one.pattern;
  // Readers of documents match by engines that know no classes of Unicode.
  if (one.pattern?.includes('\\p{') === true || one.pattern?.includes('\\P{') === true) delete one.pattern;
  return withoutNull(one, isRequest);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/**
 * `null` beside one other form of a body means absent; of a response, and of a parameter of SQL, it is a value. Types
 * take the place of alternatives where they can.
 */
function withoutNull({ anyOf, ...schema }: JsonSchema, isRequest: boolean): JsonSchema {
  if (Array.isArray(schema.type) && isRequest) {
    const types = schema.type.filter((type) => type !== 'null');
    return { ...schema, type: types.length === 1 ? (types[0] ?? 'null') : types };
  }
  if (anyOf === undefined) return schema;
  const possible = anyOf.filter(({ not }) => not === undefined);
  const others = possible.filter(({ type }) => type !== 'null');
  const hasNull = others.length < possible.length;
  const [only] = others;
  if (others.length !== 1 || only === undefined) return { ...schema, anyOf: possible };
  if (!hasNull || isRequest) return { ...only, ...schema };
  if (typeof only.type === 'string' && only.enum === undefined)
    return { ...only, ...schema, type: [only.type, 'null'] };
  return { ...schema, anyOf: possible };
}
