import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { callerKey } from '../../admission/caller-key.ts';
import type { AppContext, Workspace } from '../../context.ts';
import type { Submitter } from '../../domain/caller.ts';
import type { StatementClass } from '../../sql/guard/statement-class.ts';
import { formatOf, type ResultFormat, RESULT_TYPES } from '../../sql/formats.ts';
import { type Limits, resolveLimits } from '../../sql/limits.ts';
import type { SqlAnswer } from '../../sql/run-sql.ts';
import type { SqlClient } from '../../sql/sql-client.ts';
import { type SqlRequest, sqlRequestSchema } from '../../sql/sql-request.ts';
import type { Call } from '../handler.ts';
import { ProblemError } from '../problem.ts';
import { CountedStatement } from './counted-statement.ts';
import { wrongParameters } from '../query-string.ts';
import { readJsonBody } from '../read-json-body.ts';
import { parseWith } from '../schema-problem.ts';
import { toProblem } from '../to-problem.ts';
import { ClientGoneError } from '../../streaming/client-gone-error.ts';

/** Handles `POST /api/sql`: checks, runs, and streams the result in the format that `Accept` asks for. */
export async function sqlResponse(request: HttpRequest, context: AppContext, call: Call): Promise<HttpResponseInit> {
  const format = requestedFormat(request);
  const numbers = requestedNumbers(request);
  const body = parseWith(sqlRequestSchema, await readJsonBody(request));
  const result = await openResult(context, call, { body, format, numbers });
  return { status: 200, headers: { 'content-type': result.contentType }, body: result.body };
}

/** A statement, and how its rows are wanted. */
interface OpenOptions {
  body: SqlRequest;
  /** The class of the statement, where it has been read already. */
  known?: StatementClass;
  format: ResultFormat;
  numbers: 'string' | 'native';
}

/**
 * Runs a statement that the policy lets pass, and opens its result.
 * @throws {ProblemError} 400, 403, 422 for what is asked
 * @throws what `runSql` does
 */
export async function openResult(
  context: AppContext,
  call: Call,
  { body, known, format, numbers }: OpenOptions,
): Promise<SqlAnswer> {
  const { connection, caller, requestId } = call;
  const { sql: client, name: workspace } = sqlWorkspaceOf(context, body.workspace);
  const limits = limitsOf(body, format, context);
  const counted = new CountedStatement(context.statementsAtOnce, `${workspace} ${callerKey(caller)}`);
  // Loaded with the first statement: reading Arrow takes a library that starts slowly.
  const { runSql } = await import('../../sql/run-sql.ts');
  const { judgeStatement } = await import('./judge-statement.ts');
  return runSql(client, {
    request: body,
    format,
    numbers,
    limits,
    judge: () => counted.after(judgeStatement(context, call, { ...body, known }, workspace)),
    onEnded: () => counted.end(),
    onWritten: ({ rows, bytes }) => {
      context.telemetry.measure('gateway.sql.rows', rows, { workspace, format });
      context.telemetry.measure('gateway.sql.bytes', bytes, { workspace, format });
    },
    connection,
    tags: queryTags(caller, requestId),
    failureLine: (error) => context.redactor.data(failureLine(error)),
    onBroken: (error) => {
      if (error instanceof ClientGoneError) return;
      const { code = 'INTERNAL_ERROR', message } = error as { code?: string; message?: string };
      context.log.warn('sql_result.interrupted', { code, message, requestId });
    },
  });
}

/** The last line of an NDJSON stream that breaks: what the status could not say any more. */
export function failureLine(error: unknown): string {
  const { code, message, status } = toProblem(error);
  return `${JSON.stringify({ error: { code, message, status } })}\n`;
}

/** What Databricks' query history shows of who asked. */
export function queryTags(caller: Submitter, requestId: string): Record<string, string> {
  return { gateway_caller: `${caller.kind}:${caller.id}`.slice(0, 128), gateway_request_id: requestId.slice(0, 128) };
}

/** The workspace that a body names, the default one if it names none. @throws {ProblemError} 422 */
export function sqlWorkspaceOf(context: AppContext, name: string | undefined): Workspace & { sql: SqlClient } {
  const found = context.config.workspaces.find(
    (workspace) => workspace.name === (name ?? context.config.workspaces[0].name),
  );
  const errors = (message: string) => ({ errors: [{ path: '/workspace', message }] });
  if (found === undefined) {
    const message = `No workspace is named ${name}.`;
    throw new ProblemError('UNKNOWN_WORKSPACE', message, errors(message));
  }
  const workspace = context.workspace(found.name);
  if (workspace.sql === undefined) {
    const message = `Workspace ${found.name} has no warehouse: DATABRICKS_WAREHOUSE_ID or DATABRICKS_HTTP_PATH names one.`;
    throw new ProblemError('NO_WAREHOUSE', message, errors(message));
  }
  return workspace as Workspace & { sql: SqlClient };
}

function requestedFormat(request: HttpRequest): ResultFormat {
  const format = formatOf(request.headers.get('accept'));
  if (format !== undefined) return format;
  const known = RESULT_TYPES.join(', ');
  throw new ProblemError('NOT_ACCEPTABLE', `Accept names none of the types that a result can have: ${known}.`);
}

/** How BIGINT and DECIMAL are to be written in JSON. @throws ProblemError 400 */
export function requestedNumbers(request: HttpRequest): 'string' | 'native' {
  const numbers = request.query.get('numbers') ?? 'string';
  if (numbers === 'string' || numbers === 'native') return numbers;
  throw wrongParameters([{ path: '/numbers', message: 'Expected string or native.' }]);
}

function limitsOf(body: SqlRequest, format: ResultFormat, context: AppContext): Limits {
  const asked = { timeoutSeconds: body.timeout_seconds, rowLimit: body.row_limit, byteLimit: body.byte_limit };
  const resolved = resolveLimits(asked, format, context.config.sql);
  if ('limits' in resolved) return resolved.limits;
  const errors = resolved.problems.map(({ field, message }) => ({ path: `/${field}`, message }));
  throw new ProblemError('INVALID_BODY', 'A limit is larger than allowed.', { errors });
}
