import * as z from 'zod';
import { absentIfNull, numeric } from '../body-schema.ts';
import { MIN_TIMEOUT_SECONDS, sqlRequestSchema } from '../sql/sql-request.ts';

/** What a model can make use of. */
const ROWS = { byDefault: 50, max: 200 };
/** Clients give up on a call after a minute. */
const MAX_SECONDS = 55;

/** The body of `POST /api/sql`, with the bounds of the tool in the place of those of the route. */
export const sqlInput = z.strictObject({
  ...sqlRequestSchema.omit({ byte_limit: true }).shape,
  row_limit: absentIfNull(numeric(z.int().min(1).max(ROWS.max)).default(ROWS.byDefault)),
  timeout_seconds: absentIfNull(numeric(z.number().min(MIN_TIMEOUT_SECONDS).max(MAX_SECONDS)).default(MAX_SECONDS)),
});

/** What run_sql takes. */
export type SqlInput = z.output<typeof sqlInput>;
