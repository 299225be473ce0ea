import * as z from 'zod';
import { absentIfNull, numeric } from '../body-schema.ts';
import { parametersSchema } from './parameters.ts';
import { closed } from '../schema-wording.ts';

/**
 * The shortest time limit of a statement, in seconds: no warehouse responds within less, so that it could only end in a
 * 504.
 */
export const MIN_TIMEOUT_SECONDS = 0.1;

/** The Statement Execution API takes statements of up to 16 MiB; bodies end at 10 MB. */
const name = z.string().min(1).max(255);

/** The body of `POST /api/sql`; names follow Databricks' Statement Execution API. */
export const sqlRequestSchema = closed({
  statement: z.string().min(1).regex(/\S/, 'Expected a statement.'),
  parameters: absentIfNull(parametersSchema.default([])),
  catalog: absentIfNull(name.optional()),
  schema: absentIfNull(name.optional()),
  workspace: absentIfNull(name.optional()),
  row_limit: absentIfNull(numeric(z.int().positive()).optional()),
  byte_limit: absentIfNull(numeric(z.int().positive()).optional()),
  timeout_seconds: absentIfNull(numeric(z.number().min(MIN_TIMEOUT_SECONDS)).optional()),
});

/** The body of `POST /api/sql`. */
export type SqlRequest = z.output<typeof sqlRequestSchema>;
