/** A JSON Schema as OpenAPI 3.1 has it, which is that of JSON Schema 2020-12; only the keywords that are read here. */
export interface JsonSchema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  not?: JsonSchema;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  minProperties?: number;
  [extension: `x-${string}`]: unknown;
}

/** A copy of a schema of which every schema inside, the innermost first, has been replaced by what `change` makes of it. */
export function mapSchema(schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const inside = (one: JsonSchema) => mapSchema(one, change);
  const copy: JsonSchema = { ...schema };
  if (copy.properties !== undefined) {
    copy.properties = Object.fromEntries(Object.entries(copy.properties).map(([name, one]) => [name, inside(one)]));
  }
  if (typeof copy.additionalProperties === 'object') copy.additionalProperties = inside(copy.additionalProperties);
  if (copy.items !== undefined) copy.items = inside(copy.items);
  if (copy.prefixItems !== undefined) copy.prefixItems = copy.prefixItems.map(inside);
  if (copy.anyOf !== undefined) copy.anyOf = copy.anyOf.map(inside);
  if (copy.oneOf !== undefined) copy.oneOf = copy.oneOf.map(inside);
  if (copy.allOf !== undefined) copy.allOf = copy.allOf.map(inside);
  return change(copy);
}
