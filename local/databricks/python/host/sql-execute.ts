import { z } from 'zod';
import { hostCall } from './host-call.ts';

/** Runs a statement in the notebook's session: `{ columns: [{ name, type }], rows: [[text | null]] }`. */
export const sqlExecute = hostCall(
  z.object({ statement: z.string(), style: z.enum(['iso', 'spark']).default('iso') }),
  ({ statement, style }, { spark }) => spark.execute(statement, style),
);
