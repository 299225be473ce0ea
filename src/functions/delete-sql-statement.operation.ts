import type { Operation } from '../shared/http/openapi/operation.ts';
import { STATEMENT_ID } from '../shared/http/openapi/parameters.ts';
import { STATEMENT_STORE } from '../shared/http/openapi/problem-groups.ts';
import { STATEMENT_ACCEPTED } from '../shared/http/openapi/statement-responses.ts';

/** What the documents say of it. */
export const deleteSqlStatement: Operation = {
  id: 'CancelSqlStatement',
  tag: 'SQL',
  summary: 'Cancel a SQL statement',
  description: 'Cancels an asynchronous statement, and says so at once. It may be sent again.',
  path: { id: STATEMENT_ID },
  responses: {
    200: { description: 'The statement had ended already.', body: 'SqlStatement' },
    202: { ...STATEMENT_ACCEPTED, description: 'The statement is being stopped.' },
  },
  problems: ['STATEMENT_NOT_FOUND', 'POLICY_REFUSED', ...STATEMENT_STORE],
  connector: { visibility: 'advanced' },
};
