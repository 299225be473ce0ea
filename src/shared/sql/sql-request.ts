import { z } from 'zod';
import { parametersSchema } from './parameters.ts';

/** The Statement Execution API takes statements of up to 16 MiB; bodies end at 10 MB. */
const name = z.string().min(1).max(255);

/** The body of `POST /api/sql`; names follow Databricks' Statement Execution API. */
export const sqlRequestSchema = z.strictObject({
  statement: z.string().min(1).regex(/\S/, 'Expected a statement.'),
  parameters: parametersSchema.default([]),
  catalog: name.optional(),
  schema: name.optional(),
  workspace: name.optional(),
  row_limit: z.int().positive().optional(),
  byte_limit: z.int().positive().optional(),
  timeout_seconds: z.number().positive().optional(),
});

export type SqlRequest = z.output<typeof sqlRequestSchema>;
