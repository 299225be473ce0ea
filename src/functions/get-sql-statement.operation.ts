import type { Operation } from '../shared/http/openapi/operation.ts';
import { STATEMENT_ID } from '../shared/http/openapi/parameters.ts';
import { STATEMENT_STORE } from '../shared/http/openapi/problem-groups.ts';

/** What the documents say of it. */
export const getSqlStatement: Operation = {
  id: 'GetSqlStatement',
  tag: 'SQL',
  summary: 'Get a SQL statement',
  description:
    'Reads where an asynchronous statement stands. With `Prefer: wait=N` the response comes when it has ended.',
  path: { id: STATEMENT_ID },
  headers: ['Prefer'],
  responses: { 200: { description: 'The statement.', body: 'SqlStatement' } },
  problems: ['STATEMENT_NOT_FOUND', ...STATEMENT_STORE],
  connector: { visibility: 'advanced' },
};
