import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { App } from '../../create-context.ts';
import { statementDocument } from '../../statements/results/statement-document.ts';
import { json } from '../handler.ts';
import { afterWaiting, requestedStatement } from './requested-statement.ts';
import { linksOf } from './statement-response.ts';

/** `GET /api/sql/statements/{id}`; `Prefer: wait=N` holds the response until the statement has ended. */
export async function getStatement(request: HttpRequest, app: App): Promise<HttpResponseInit> {
  const record = await afterWaiting(request, app, await requestedStatement(request, app));
  return json(200, statementDocument(record, linksOf(request, app, record)));
}
