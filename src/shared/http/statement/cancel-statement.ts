import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import { openStatements } from '../../statements/open-statements.ts';
import { statementDocument } from '../../statements/results/statement-document.ts';
import type { StatementRecord } from '../../statements/record/statement-record.ts';
import { type Call, json } from '../handler.ts';
import { requestedStatement } from './requested-statement.ts';
import { acceptedResponse, linksOf } from './statement-response.ts';

/** `DELETE /api/sql/statements/{id}`: 202 while it stops, 200 when it had ended already. */
export async function cancelStatement(
  request: HttpRequest,
  context: AppContext,
  call: Call,
): Promise<HttpResponseInit> {
  const { store } = openStatements(context);
  const found = await requestedStatement(request, context, call, 'cancel');
  const record =
    (await store.update(found.id, ({ status, cancelRequestedAtMs }) =>
      status === 'completed' || cancelRequestedAtMs !== null ? undefined : { cancelRequestedAtMs: context.now() },
    )) ?? found;
  if (record.status === 'completed') return json(200, statementDocument(record, linksOf(request, context, record)));
  await cancelNow(context, record);
  return acceptedResponse(request, context, record);
}

/** The cancellation is noted already: the next poll sends it again, should it not arrive. */
async function cancelNow(context: AppContext, record: StatementRecord): Promise<void> {
  try {
    if (record.statementId !== null) await openStatements(context).api(record).cancel(record.statementId);
  } catch (error) {
    context.log.warn('statement.cancellation_deferred', { statement: record.id, error });
  }
}
