import type { HttpRequest } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import { openStatements } from '../../statements/open-statements.ts';
import type { StatementRecord } from '../../statements/record/statement-record.ts';
import { waitForStatement } from '../../statements/record/wait-for-statement.ts';
import { preferredWaitMs } from '../prefer.ts';
import { ProblemError } from '../problem.ts';
import { routeValue } from '../route-value.ts';

/**
 * The statement that the route names.
 * @throws {ProblemError} 404
 */
export async function requestedStatement(request: HttpRequest, context: AppContext): Promise<StatementRecord> {
  const id = routeValue(request, 'id');
  const record = /^[0-9a-f]{32}$/.test(id) ? await openStatements(context).store.find(id) : undefined;
  if (record === undefined) throw new ProblemError('STATEMENT_NOT_FOUND', `There is no statement ${id.slice(0, 100)}.`);
  return record;
}

/** The statement once it has ended, or as it stands when `Prefer: wait=N` has passed. */
export async function afterWaiting(
  request: HttpRequest,
  context: AppContext,
  record: StatementRecord,
): Promise<StatementRecord> {
  return waitForStatement(context.statementReads, record, preferredWaitMs(request.headers.get('prefer')));
}
