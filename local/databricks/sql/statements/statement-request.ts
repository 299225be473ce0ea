import { z } from 'zod';
import { invalidParameter } from '../../api-error.ts';
import type { SqlParameter } from '../engine/parameters.ts';

const MAX_STATEMENT_BYTES = 16 * 1024 * 1024;

const parameter = z.object({
  /** Absent of a positional parameter, whose place is its `ordinal`, from 1; JDBC's driver sends such. */
  name: z.string().min(1).optional(),
  ordinal: z.int().positive().optional(),
  value: z.string().nullish(),
  type: z.string().default('STRING'),
});

const body = z.object({
  statement: z.string().min(1),
  warehouse_id: z.string().min(1),
  catalog: z.string().optional(),
  schema: z.string().optional(),
  session_id: z.string().optional(),
  parameters: z.array(parameter).default([]),
  wait_timeout: z.string().default('10s'),
  on_wait_timeout: z.enum(['CONTINUE', 'CANCEL']).default('CONTINUE'),
  disposition: z.enum(['INLINE', 'EXTERNAL_LINKS', 'INLINE_OR_EXTERNAL_LINKS']).default('INLINE'),
  format: z.enum(['JSON_ARRAY', 'ARROW_STREAM', 'CSV']).default('JSON_ARRAY'),
  row_limit: z.coerce.number().int().positive().optional(),
  byte_limit: z.coerce.number().int().positive().optional(),
  query_tags: z
    .array(z.object({ key: z.string(), value: z.string().optional() }))
    .max(20)
    .optional(),
});

/** The formats of a result. */
export type ResultFormat = z.output<typeof body>['format'];

/** A statement to execute; `waitSeconds` 0 means a response at once. */
export type StatementRequest = Omit<z.output<typeof body>, 'wait_timeout' | 'disposition' | 'parameters'> & {
  waitSeconds: number;
  disposition: 'INLINE' | 'EXTERNAL_LINKS';
  parameters: SqlParameter[];
};

/** @throws {@link ApiError} 400 INVALID_PARAMETER_VALUE */
export function statementRequest(json: unknown): StatementRequest {
  const parsed = body.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalidParameter(`Invalid value for ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { wait_timeout: waitTimeout, parameters, ...given } = parsed.data;
  const request = { ...given, disposition: dispositionOf(given), parameters: inOrder(parameters) };
  if (Buffer.byteLength(request.statement) > MAX_STATEMENT_BYTES)
    throw invalidParameter('The statement exceeds the limit of 16 MiB.');
  if (request.disposition === 'INLINE' && request.format !== 'JSON_ARRAY')
    throw invalidParameter('The format field must be JSON_ARRAY when the disposition field is INLINE.');
  const waitSeconds = secondsOf(waitTimeout);
  if (waitSeconds === 0 && request.on_wait_timeout === 'CANCEL')
    throw invalidParameter('on_wait_timeout cannot be CANCEL when wait_timeout is 0s.');
  return { ...request, waitSeconds };
}

/** The warehouse's own choice: rows as JSON are inline, files are behind links. */
function dispositionOf({ disposition, format }: Pick<z.output<typeof body>, 'disposition' | 'format'>) {
  if (disposition !== 'INLINE_OR_EXTERNAL_LINKS') return disposition;
  return format === 'JSON_ARRAY' ? 'INLINE' : 'EXTERNAL_LINKS';
}

function inOrder(parameters: z.output<typeof parameter>[]): SqlParameter[] {
  return parameters
    .toSorted((a, b) => (a.ordinal ?? 0) - (b.ordinal ?? 0))
    .map(({ name, value, type }) => (name === undefined ? { value, type } : { name, value, type }));
}

function secondsOf(waitTimeout: string): number {
  const seconds = Number(/^(\d+)s$/.exec(waitTimeout)?.[1] ?? NaN);
  if (seconds === 0 || (seconds >= 5 && seconds <= 50)) return seconds;
  throw invalidParameter(`wait_timeout must be 0s or between 5s and 50s; got ${waitTimeout}.`);
}
