import { randomUUID } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { App } from '../app.ts';
import { absentIfNull } from '../body-schema.ts';
import { guard } from '../sql/guard/statement-guard.ts';
import { typedParameter } from '../sql/parameters.ts';
import { toSqlProblem } from './sql-problem.ts';
import { type SqlRequest, sqlRequestSchema } from '../sql/sql-request.ts';
import { acceptStatement } from '../sql/statements/accept-statement.ts';
import { openStatements } from '../sql/statements/open-statements.ts';
import { resultDocument, statementDocument, statementLinks } from '../sql/statements/statement-document.ts';
import type { StatementEngine } from '../sql/statements/statement-engine.ts';
import { STATEMENT_FORMATS } from '../sql/formats.ts';
import type { StatementRecord, StatementText } from '../sql/statements/statement-record.ts';
import { waitForStatement } from '../sql/statements/wait-for-statement.ts';
import { json, type Call } from './handler.ts';
import { baseUrl } from './links.ts';
import { booleanParameter, preferredWaitMs } from './prefer.ts';
import { ProblemError, retryAfterSeconds } from './problem.ts';
import { readJsonBody } from './read-json-body.ts';
import { routeValue } from './route-value.ts';
import { parseWith } from './schema-problem.ts';
import { requestedNumbers, sqlWorkspaceOf } from './sql-answer.ts';

const RETRY_AFTER_MS = 2_000;
const DEADLINE_SECONDS_DEFAULT = 3_600;
const DEADLINE_SECONDS_MAX = 86_400;

/** The body of `POST /api/sql/statements`: that of `POST /api/sql`, and the form to keep the rows in. */
export const sqlStatementSchema = sqlRequestSchema.extend({
  format: absentIfNull(z.string().toLowerCase().pipe(z.enum(STATEMENT_FORMATS)).default('ndjson')),
});

/** Accepts a statement. 202 like a run, and whatever fails once it is accepted: who is told of an error sends it again. */
export async function createSqlStatement(
  request: HttpRequest,
  app: App,
  { caller }: Call,
  engine: StatementEngine,
): Promise<HttpResponseInit> {
  // All that the request says is read before the statement is accepted: afterwards nothing may refuse it.
  booleanParameter(request.query, 'fail_on_error');
  const numbers = requestedNumbers(request);
  const body = parseWith(sqlStatementSchema, await readJsonBody(request));
  const { config } = sqlWorkspaceOf(app, body.workspace);
  if (config.warehouseId === undefined) {
    throw new ProblemError(
      422,
      'NO_WAREHOUSE',
      'Asynchronous statements need a SQL warehouse: DATABRICKS_WAREHOUSE_ID names one.',
    );
  }
  checkParameters(body);
  checkLimits(body, app);
  const { isRead } = await guard(body.statement, [], { parameters: body.parameters }).catch((error: unknown) => {
    throw toSqlProblem(error);
  });
  const nowMs = app.now();
  const { sql: caps } = app.config;
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
    submittedBy: caller,
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
  linksOf(request, app, record);
  await acceptStatement({ ...record, ...text }, openStatements(app), engine);
  const found = await waited(request, app, record);
  if (found.status !== 'completed') return accepted(request, app, found);
  return completed(request, app, found).catch((error: unknown) => {
    if (error instanceof ProblemError) throw error;
    app.log.warn('sql_statement.result_left_to_the_next_request', { statement: found.id, error });
    return accepted(request, app, found);
  });
}

/** `GET /api/sql/statements/{id}`; `Prefer: wait=N` holds the answer until the statement has ended. */
export async function sqlStatement(request: HttpRequest, app: App): Promise<HttpResponseInit> {
  const record = await waited(request, app, await requestedStatement(request, app));
  return json(200, statementDocument(record, linksOf(request, app, record)));
}

/**
 * `GET /api/sql/statements/{id}/result`: 202 until the statement has ended, then 200 with links to its rows; 424 for an
 * unsuccessful one where the caller asked for an error status.
 */
export async function sqlStatementResult(request: HttpRequest, app: App): Promise<HttpResponseInit> {
  booleanParameter(request.query, 'fail_on_error');
  const record = await waited(request, app, await requestedStatement(request, app));
  return record.status === 'completed' ? completed(request, app, record) : accepted(request, app, record);
}

async function completed(request: HttpRequest, app: App, record: StatementRecord): Promise<HttpResponseInit> {
  const result = await resultDocument(record, linksOf(request, app, record), openStatements(app).store, app.now());
  if (booleanParameter(request.query, 'fail_on_error') && record.outcome !== 'succeeded') {
    const detail = `The statement ended as ${record.outcome}: ${record.failure?.message ?? ''}`;
    throw new ProblemError(424, 'STATEMENT_UNSUCCESSFUL', detail, { result, sqlstate: record.failure?.sqlstate });
  }
  return json(200, result);
}

/** The statement once it has ended, or as it stands when `Prefer: wait=N` has passed. */
async function waited(request: HttpRequest, app: App, record: StatementRecord): Promise<StatementRecord> {
  return waitForStatement(app.statementReads, record, preferredWaitMs(request.headers.get('prefer')));
}

/** `DELETE /api/sql/statements/{id}`: 202 while it stops, 200 when it had ended already. */
export async function cancelSqlStatement(request: HttpRequest, app: App): Promise<HttpResponseInit> {
  const { store } = openStatements(app);
  const found = await requestedStatement(request, app);
  const record =
    (await store.update(found.id, ({ status, cancelRequestedAtMs }) =>
      status === 'completed' || cancelRequestedAtMs !== null ? undefined : { cancelRequestedAtMs: app.now() },
    )) ?? found;
  if (record.status === 'completed') return json(200, statementDocument(record, linksOf(request, app, record)));
  await cancelNow(app, record);
  return accepted(request, app, record);
}

/** The cancellation is noted already: the next poll sends it again, should it not arrive. */
async function cancelNow(app: App, record: StatementRecord): Promise<void> {
  try {
    if (record.statementId !== null) await openStatements(app).api(record).cancel(record.statementId);
  } catch (error) {
    app.log.warn('sql_statement.cancel_left_to_the_next_poll', { statement: record.id, error });
  }
}

function accepted(request: HttpRequest, app: App, record: StatementRecord): HttpResponseInit {
  const links = linksOf(request, app, record);
  return json(202, statementDocument(record, links), {
    location: links.result,
    'operation-location': links.self,
    'retry-after': retryAfterSeconds(RETRY_AFTER_MS),
  });
}

function linksOf(request: HttpRequest, app: App, record: StatementRecord) {
  return statementLinks(baseUrl(request, app), record.id);
}

async function requestedStatement(request: HttpRequest, app: App): Promise<StatementRecord> {
  const id = routeValue(request, 'id');
  const record = /^[0-9a-f]{32}$/.test(id) ? await openStatements(app).store.find(id) : undefined;
  if (record === undefined)
    throw new ProblemError(404, 'STATEMENT_NOT_FOUND', `There is no statement ${id.slice(0, 100)}.`);
  return record;
}

function checkParameters({ parameters }: SqlRequest): void {
  if (parameters.every(({ name }) => name !== undefined)) return;
  const detail = 'Asynchronous statements take named parameters (:name) only.';
  throw new ProblemError(422, 'POSITIONAL_PARAMETERS', detail, { errors: [{ path: '/parameters', message: detail }] });
}

function checkLimits(body: SqlRequest, { config: { sql } }: App): void {
  const errors = (
    [
      ['timeout_seconds', Math.min(DEADLINE_SECONDS_MAX, sql.maxSeconds ?? Infinity)],
      ['row_limit', sql.maxRows ?? Infinity],
      ['byte_limit', sql.maxBytes ?? Infinity],
    ] as const
  )
    .filter(([field, max]) => (body[field] ?? 0) > max)
    .map(([field, max]) => ({ path: `/${field}`, message: `At most ${max} may be asked for here.` }));
  if (errors.length > 0) throw new ProblemError(400, 'INVALID_BODY', 'A limit is larger than allowed.', { errors });
}
