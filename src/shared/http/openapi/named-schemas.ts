import { FIELD_DESCRIPTIONS } from './field-descriptions.ts';
import type { JsonSchema } from './json-schema.ts';
import { REQUEST_SCHEMAS, SCHEMAS } from './schemas.ts';
import { toJsonSchemas } from './to-json-schemas.ts';

/** Whether callers send it. */
export function isRequestSchema(name: string): name is keyof typeof REQUEST_SCHEMAS {
  return Object.hasOwn(REQUEST_SCHEMAS, name);
}

let made: Record<string, JsonSchema> | undefined;

/** The JSON Schemas of all that has a name in the documents, with a description of every field. Made once. */
export function namedSchemas(): Readonly<Record<string, JsonSchema>> {
  made ??= Object.fromEntries(
    Object.entries(toJsonSchemas(SCHEMAS, isRequestSchema)).map(([name, schema]) => [
      name,
      isRequestSchema(name) ? withDescriptions(schema, FIELD_DESCRIPTIONS[name]) : schema,
    ]),
  );
  return made;
}

function withDescriptions(schema: JsonSchema, descriptions: Readonly<Record<string, string>>): JsonSchema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, field]): [string, JsonSchema] => {
    const description = descriptions[name];
    return [name, description === undefined ? field : { ...field, description }];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}
