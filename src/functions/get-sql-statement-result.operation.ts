import type { Operation } from '../shared/http/openapi/operation.ts';
import { FAIL_ON_ERROR, STATEMENT_ID } from '../shared/http/openapi/parameters.ts';
import { STATEMENT_STORE } from '../shared/http/openapi/problem-groups.ts';
import { STATEMENT_ACCEPTED } from '../shared/http/openapi/statement-responses.ts';

/** What the documents say of it. */
export const getSqlStatementResult: Operation = {
  id: 'GetSqlStatementResult',
  tag: 'SQL',
  summary: 'Get the result of a SQL statement',
  description: 'Responds 202 until the statement has ended, and then with a link to its rows.',
  path: { id: STATEMENT_ID },
  query: { fail_on_error: FAIL_ON_ERROR },
  headers: ['Prefer'],
  responses: {
    200: { description: 'The statement with a link to its rows.', body: 'SqlStatementResult' },
    202: { ...STATEMENT_ACCEPTED, description: 'The statement has not ended.' },
  },
  problems: ['STATEMENT_NOT_FOUND', 'STATEMENT_UNSUCCESSFUL', ...STATEMENT_STORE],
  connector: { visibility: 'advanced' },
};
