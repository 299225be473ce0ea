import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import type { AppContext } from '../../context.ts';
import { absentIfNull } from '../../body-schema.ts';
import { submitterOf } from '../../domain/caller.ts';
import { STATEMENT_FORMATS } from '../../sql/formats.ts';
import { typedParameter } from '../../sql/parameters.ts';
import { type SqlRequest, sqlRequestSchema } from '../../sql/sql-request.ts';
import { acceptStatement } from '../../statements/accept/accept-statement.ts';
import { openStatements } from '../../statements/open-statements.ts';
import type { StatementOrchestrations } from '../../durable/statement-orchestrations.ts';
import type { StatementRecord, StatementText } from '../../statements/record/statement-record.ts';
import type { Call } from '../handler.ts';
import { booleanParameter } from '../prefer.ts';
import { ProblemError } from '../problem.ts';
import { readJsonBody } from '../read-json-body.ts';
import { parseWith } from '../schema-problem.ts';
import { requestedNumbers, sqlWorkspaceOf } from '../sql/sql-response.ts';
import { afterWaiting } from './requested-statement.ts';
import { acceptedResponse, completedResponse, linksOf } from './statement-response.ts';

const DEADLINE_SECONDS_DEFAULT = 3_600;
const DEADLINE_SECONDS_MAX = 86_400;

/** The body of `POST /api/sql/statements`: that of `POST /api/sql`, and the format to keep the rows in. */
export const sqlStatementSchema = sqlRequestSchema.extend({
  format: absentIfNull(z.string().toLowerCase().pipe(z.enum(STATEMENT_FORMATS)).default('ndjson')),
});

/**
 * `POST /api/sql/statements`: 202 like a run, whatever fails once it is accepted: a caller who gets an error sends it
 * again.
 */
export async function createStatement(
  request: HttpRequest,
  context: AppContext,
  call: Call,
  orchestrations: StatementOrchestrations,
): Promise<HttpResponseInit> {
  // All that the request says is read before the statement is accepted: afterwards nothing may refuse it.
  booleanParameter(request.query, 'fail_on_error');
  const numbers = requestedNumbers(request);
  const body = parseWith(sqlStatementSchema, await readJsonBody(request));
  const { config } = sqlWorkspaceOf(context, body.workspace);
  if (config.warehouseId === undefined) {
    throw new ProblemError(
      'NO_WAREHOUSE',
      'Asynchronous statements need a SQL warehouse: DATABRICKS_WAREHOUSE_ID names one.',
    );
  }
  checkParameters(body);
  checkLimits(body, context);
  const { judgeStatement } = await import('../sql/judge-statement.ts');
  const { isRead, rule } = await judgeStatement(context, call, body, config.name);
  const nowMs = context.now();
  const { sql: caps } = context.config;
  const text: StatementText = {
    statement: body.statement,
    parameters: body.parameters.map((parameter) => typedParameter(parameter)),
  };
  const record: StatementRecord = {
    id: randomUUID().replaceAll('-', ''),
    workspace: config.name,
    warehouseId: config.warehouseId,
    catalog: body.catalog ?? null,
    schema: body.schema ?? null,
    rowLimit: body.row_limit ?? caps.maxRows ?? null,
    byteLimit: body.byte_limit ?? caps.maxBytes ?? null,
    format: body.format,
    numbers,
    isRead,
    submittedBy: submitterOf(call.caller),
    decision: { rule },
    status: 'queued',
    outcome: null,
    failure: null,
    submission: null,
    statementId: null,
    result: null,
    createdAtMs: nowMs,
    submittedAtMs: null,
    completedAtMs: null,
    deadlineAtMs:
      nowMs + 1000 * (body.timeout_seconds ?? Math.min(DEADLINE_SECONDS_DEFAULT, caps.maxSeconds ?? Infinity)),
    cancelRequestedAtMs: null,
  };
  // Where links cannot be made the request is refused, so that is found out before the statement is accepted.
  linksOf(request, context, record);
  await acceptStatement({ ...record, ...text }, openStatements(context), orchestrations);
  const found = await afterWaiting(request, context, record);
  if (found.status !== 'completed') return acceptedResponse(request, context, found);
  return completedResponse(request, context, found).catch((error: unknown) => {
    if (error instanceof ProblemError) throw error;
    context.log.warn('statement.result_deferred', { statement: found.id, error });
    return acceptedResponse(request, context, found);
  });
}

function checkParameters({ parameters }: SqlRequest): void {
  if (parameters.every(({ name }) => name !== undefined)) return;
  const detail = 'Asynchronous statements take named parameters (:name) only.';
  throw new ProblemError('POSITIONAL_PARAMETERS', detail, { errors: [{ path: '/parameters', message: detail }] });
}

function checkLimits(body: SqlRequest, { config: { sql } }: AppContext): void {
  const errors = (
    [
      ['timeout_seconds', Math.min(DEADLINE_SECONDS_MAX, sql.maxSeconds ?? Infinity)],
      ['row_limit', sql.maxRows ?? Infinity],
      ['byte_limit', sql.maxBytes ?? Infinity],
    ] as const
  )
    .filter(([field, max]) => (body[field] ?? 0) > max)
    .map(([field, max]) => ({ path: `/${field}`, message: `At most ${max} may be asked for here.` }));
  if (errors.length > 0) throw new ProblemError('INVALID_BODY', 'A limit is larger than allowed.', { errors });
}
