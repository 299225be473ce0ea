import type { Tool } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** A JSON Schema (draft 2020-12) of an object. */
export type InputSchema = Tool['inputSchema'];

/**
 * The JSON Schema of what a schema takes, before defaults and leniencies, without references, which not every client
 * follows. What the schema asks beyond what JSON Schema can say is asked when the tool is called.
 */
export function inputSchemaOf(schema: z.ZodType): InputSchema {
  const { $schema: _draft, ...whole } = z.toJSONSchema(schema, {
    io: 'input',
    reused: 'inline',
    unrepresentable: 'any',
    override,
  });
  return { ...(whole as Omit<InputSchema, 'type'>), type: 'object' };
}

/** What stands behind a leniency takes undefined, which the schema of the leniency does not say. */
function override({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: z.core.JSONSchema.BaseSchema }) {
  if (!(zodSchema instanceof z.ZodObject) || jsonSchema.required === undefined) return;
  const shape: Readonly<Record<string, z.ZodType>> = zodSchema.shape;
  const required = jsonSchema.required.filter((name) => shape[name]?.safeParse(undefined).success !== true);
  if (required.length > 0) jsonSchema.required = required;
  else delete jsonSchema.required;
}
