import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import type { Call } from '../handler.ts';
import { booleanParameter } from '../prefer.ts';
import { afterWaiting, requestedStatement } from './requested-statement.ts';
import { acceptedResponse, completedResponse } from './statement-response.ts';

/**
 * `GET /api/sql/statements/{id}/result`: 202 until the statement has ended, then 200 with links to its rows; 424 for an
 * unsuccessful one where the caller asked for an error status.
 */
export async function getStatementResult(
  request: HttpRequest,
  context: AppContext,
  call: Call,
): Promise<HttpResponseInit> {
  booleanParameter(request.query, 'fail_on_error');
  const record = await afterWaiting(request, context, await requestedStatement(request, context, call));
  return record.status === 'completed'
    ? completedResponse(request, context, record)
    : acceptedResponse(request, context, record);
}
