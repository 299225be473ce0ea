import type { HttpRequest } from '@azure/functions';
import type { AppContext } from '../../context.ts';
import { openStatements } from '../../statements/open-statements.ts';
import type { StatementRecord } from '../../statements/record/statement-record.ts';
import { waitForStatement } from '../../statements/record/wait-for-statement.ts';
import { preferredWaitMs } from '../prefer.ts';
import { authorizeExisting, mayRead } from '../authorize.ts';
import type { Call } from '../handler.ts';
import { ProblemError } from '../problem.ts';
import { routeValue } from '../route-value.ts';

/**
 * The statement that the route names, where the caller may read it, or stop it.
 * @throws {ProblemError} 404: there is none, or none that the caller may read; 403 where it may be read, and not be
 * stopped
 */
export async function requestedStatement(
  request: HttpRequest,
  context: AppContext,
  call: Call,
  purpose: 'read' | 'cancel' = 'read',
): Promise<StatementRecord> {
  const id = routeValue(request, 'id');
  const record = /^[0-9a-f]{32}$/.test(id) ? await openStatements(context).store.find(id) : undefined;
  const missing = () => new ProblemError('STATEMENT_NOT_FOUND', `There is no statement ${id.slice(0, 100)}.`);
  if (record === undefined) throw missing();
  const { submittedBy: owner, workspace, isRead } = record;
  // Who may write, and not read, may still ask what became of what was written.
  const action = isRead ? 'sql:read' : 'sql:write';
  const mayBeRead = purpose === 'read' && mayRead(context, call, { owner, workspace }, 'sql:read');
  if (!mayBeRead) authorizeExisting(context, call, { id, owner, workspace }, { action, read: 'sql:read', missing });
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
