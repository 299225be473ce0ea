import { z } from 'zod';
import { OUTCOMES, RUN_STATUSES } from '../domain/outcome.ts';
import type { RunQuery } from '../ledger/run-ledger.ts';
import { ProblemError } from './problem.ts';

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const query = z.object({
  status: z.enum(RUN_STATUSES).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  submitted_by: z.string().min(1).max(256).optional(),
  label: z
    .string()
    .regex(/^[^:]+:/, 'Expected key:value.')
    .transform((text) => {
      const [key = '', ...value] = text.split(':');
      return { key, value: value.join(':') };
    })
    .optional(),
  created_after: time.optional(),
  created_before: time.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  page_token: z
    .string()
    .regex(/^[\w-]{1,200}$/, 'This is no page token.')
    .optional(),
});

/** The query of `GET /api/runs`. Raises ProblemError 400 that names each wrong parameter. */
export function parseRunQuery(parameters: URLSearchParams): RunQuery {
  const result = query.safeParse(Object.fromEntries(parameters));
  if (!result.success) {
    const errors = result.error.issues.map(({ path, message }) => ({ path: `/${path.join('/')}`, message }));
    throw new ProblemError(400, 'INVALID_PARAMETER', 'A query parameter is wrong.', { errors });
  }
  const { status, outcome, submitted_by: submittedBy, label, limit } = result.data;
  return {
    status,
    cancelRequested: false,
    outcome,
    submittedBy,
    label,
    createdAfterMs: result.data.created_after,
    createdBeforeMs: result.data.created_before,
    limit,
    pageToken: result.data.page_token,
  };
}
