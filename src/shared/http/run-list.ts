import { z } from 'zod';
import { OUTCOMES, RUN_STATUSES } from '../domain/outcome.ts';
import { PageTokenError } from '../ledger/page-token.ts';
import type { RunLedger, StoredRun } from '../ledger/run-ledger.ts';
import type { RunQuery } from '../ledger/run-query.ts';
import { ProblemError, type FieldError } from './problem.ts';

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const query = z.object({
  status: z.enum(RUN_STATUSES).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  submitted_by: z
    .string()
    .regex(/^\P{Cc}{1,256}$/u, 'Expected an id of a caller.')
    .optional(),
  label: z
    .string()
    .regex(/^[^:]+:/, 'Expected key:value.')
    .max(383)
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
    .regex(/^[\w-]{1,1000}$/, 'This is no page token.')
    .optional(),
});

/** The page of runs that `GET /api/runs` asks for. Raises ProblemError 400 that names each wrong parameter. */
export async function listedRuns(
  ledger: RunLedger,
  parameters: URLSearchParams,
): Promise<{ runs: StoredRun[]; nextPageToken?: string }> {
  try {
    return await ledger.list(parseRunQuery(parameters));
  } catch (error) {
    if (error instanceof PageTokenError) throw wrongParameter([{ path: '/page_token', message: error.message }]);
    throw error;
  }
}

function parseRunQuery(parameters: URLSearchParams): RunQuery {
  const result = query.safeParse(Object.fromEntries(parameters));
  if (!result.success) {
    throw wrongParameter(result.error.issues.map(({ path, message }) => ({ path: `/${path.join('/')}`, message })));
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

function wrongParameter(errors: FieldError[]): ProblemError {
  return new ProblemError(400, 'INVALID_PARAMETER', 'A query parameter is wrong.', { errors });
}
