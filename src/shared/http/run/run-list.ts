import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import type { RunDocument } from '../../domain/run-document.ts';
import { OUTCOMES, RUN_STATUSES } from '../../domain/outcome.ts';
import type { RunOrchestrations } from '../../durable/run-orchestrations.ts';
import { PageTokenError } from '../../ledger/page-token.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import type { RunQuery } from '../../ledger/run-query.ts';
import type { AppContext } from '../../context.ts';
import { readingAdmissionOnce } from '../../runs/admission/queue-position.ts';
import { authorize, mayRead } from '../authorize.ts';
import type { Call } from '../handler.ts';
import { wrongParameters } from '../query-string.ts';
import { documentFor } from './run-response.ts';

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const label = z
  .string()
  .regex(/^[^:]+:/, 'Expected key:value.')
  .max(383)
  .transform((text) => {
    const [key = '', ...value] = text.split(':');
    return { key, value: value.join(':') };
  });

/** The query of a list. */
export const runQuery = z.object({
  status: z.enum(RUN_STATUSES).optional(),
  outcome: z.enum(OUTCOMES).optional(),
  submitted_by: z
    .string()
    .regex(/^\P{Cc}{1,256}$/u, 'Expected an id of a caller.')
    .optional(),
  workspace: z
    .string()
    .regex(/^\P{Cc}{1,100}$/u, 'Expected the name of a workspace.')
    .optional(),
  label: z.array(label).max(25),
  created_after: time.optional(),
  created_before: time.optional(),
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'Expected a whole number from 1 to 100.')
    .transform(Number)
    .default(20),
  page_token: z
    .string()
    .regex(/^[\w-]{1,1000}$/, 'This is no page token.')
    .optional(),
});

/**
 * The page of runs that `GET /api/runs` asks for: of those that the caller may read, whatever the query says.
 * @throws {ProblemError} 400 that names each wrong parameter; 403 where no rule lets the caller read any run
 */
export async function runListDocument(
  request: HttpRequest,
  context: AppContext,
  orchestrations: RunOrchestrations,
  { call, query }: { call: Call; query: URLSearchParams },
): Promise<{ runs: RunDocument[]; next_page_token?: string }> {
  const { runs, nextPageToken } = await listedRuns(context, call, query);
  const once = readingAdmissionOnce(orchestrations);
  const documents = await Promise.all(runs.map((run) => documentFor(request, context, once, run)));
  return { runs: documents, ...(nextPageToken === undefined ? {} : { next_page_token: nextPageToken }) };
}

async function listedRuns(
  context: AppContext,
  call: Call,
  parameters: URLSearchParams,
): Promise<{ runs: StoredRun[]; nextPageToken?: string }> {
  const query = parseRunQuery(parameters);
  const scope = context.policy.current().readScope(call);
  if (scope === undefined) {
    // The refusal says what the nearest rule is about.
    authorize(context, call, { action: 'runs:read', workspace: context.config.workspaces[0].name });
    return { runs: [] };
  }
  if (scope.ownOnly) {
    if (query.submittedBy !== undefined && query.submittedBy !== call.caller.id) return { runs: [] };
    query.submittedBy = call.caller.id;
    query.submitterKind = call.caller.kind;
  }
  try {
    const page = await context.ledger.list(query);
    const isReadable = ({ record: { submittedBy: owner, request } }: StoredRun) =>
      mayRead(context, call, { owner, workspace: request.workspace }, 'runs:read');
    return { ...page, runs: page.runs.filter(isReadable) };
  } catch (error) {
    if (error instanceof PageTokenError) throw wrongParameters([{ path: '/page_token', message: error.message }]);
    throw error;
  }
}

function parseRunQuery(parameters: URLSearchParams): RunQuery {
  const result = runQuery.safeParse({ ...Object.fromEntries(parameters), label: parameters.getAll('label') });
  if (!result.success) {
    // A parameter has no place inside: `label` names every label.
    throw wrongParameters(result.error.issues.map(({ path, message }) => ({ path: `/${String(path[0])}`, message })));
  }
  const { status, outcome, submitted_by: submittedBy, workspace, label: labels, limit } = result.data;
  return {
    status,
    cancelRequested: false,
    outcome,
    submittedBy,
    workspace,
    labels,
    createdAfterMs: result.data.created_after,
    createdBeforeMs: result.data.created_before,
    limit,
    pageToken: result.data.page_token,
  };
}
