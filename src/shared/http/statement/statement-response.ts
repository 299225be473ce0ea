import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import { openStatements } from '../../statements/open-statements.ts';
import { resultDocument, statementDocument, statementLinks } from '../../statements/results/statement-document.ts';
import type { StatementRecord } from '../../statements/record/statement-record.ts';
import { json } from '../handler.ts';
import { baseUrl } from '../links.ts';
import { booleanParameter } from '../prefer.ts';
import { ProblemError, retryAfterSeconds } from '../problem.ts';

const RETRY_AFTER_MS = 2_000;

/**
 * The result of a statement that has ended, with links to its rows.
 * @throws {ProblemError} 424 for an unsuccessful one where the caller asked for an error status
 */
export async function completedResponse(
  request: HttpRequest,
  context: AppContext,
  record: StatementRecord,
): Promise<HttpResponseInit> {
  const result = await resultDocument(
    record,
    linksOf(request, context, record),
    openStatements(context).store,
    context.now(),
  );
  if (booleanParameter(request.query, 'fail_on_error') && record.outcome !== 'succeeded') {
    const detail = `The statement ended as ${record.outcome}: ${record.failure?.message ?? ''}`;
    throw new ProblemError('STATEMENT_UNSUCCESSFUL', detail, { result, sqlstate: record.failure?.sqlstate });
  }
  return json(200, result);
}

/** 202 with the statement as it is now, and where its result will be. */
export function acceptedResponse(request: HttpRequest, context: AppContext, record: StatementRecord): HttpResponseInit {
  const links = linksOf(request, context, record);
  return json(202, statementDocument(record, links), {
    location: `${links.result}${booleanParameter(request.query, 'fail_on_error') ? '?fail_on_error=true' : ''}`,
    'operation-location': links.self,
    'retry-after': retryAfterSeconds(RETRY_AFTER_MS),
  });
}

/** @throws {ProblemError} where no link can be made for the request's host */
export function linksOf(request: HttpRequest, context: AppContext, record: StatementRecord) {
  return statementLinks(baseUrl(request, context), record.id);
}
