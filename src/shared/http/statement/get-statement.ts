import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import { statementDocument } from '../../statements/results/statement-document.ts';
import { type Call, json } from '../handler.ts';
import { afterWaiting, requestedStatement } from './requested-statement.ts';
import { linksOf } from './statement-response.ts';

/** `GET /api/sql/statements/{id}`; `Prefer: wait=N` holds the response until the statement has ended. */
export async function getStatement(request: HttpRequest, context: AppContext, call: Call): Promise<HttpResponseInit> {
  const record = await afterWaiting(request, context, await requestedStatement(request, context, call));
  return json(200, statementDocument(record, linksOf(request, context, record)));
}
